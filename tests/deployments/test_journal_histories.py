"""Generated histories of one log: it is written, crashes, is read by viewers who come, go, fall behind and come back.
Whatever happens, each viewer is shown every line once or told how many it was not shown.

The reader's thread does not run: a step of the history is what makes it look."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from paas.deployments.journal import file as journal_file
from paas.deployments.journal.feed import Feed
from paas.deployments.journal.journal import Journals
from paas.deployments.journal.lines import encoded
from tests.deployments.reading import Reader, write

ID = 7
MEANWHILE = st.sampled_from([0, 0, 1, 3, 1_200])


class Visit:
    """A reader, and which line it must see next."""

    def __init__(self, reader, expected):
        self.reader, self.expected, self.checked = reader, expected, 0

    def check(self):
        """All lines shown so far, with the gaps between them, are consecutive."""
        gaps = dict(self.reader.gaps)
        for index in range(self.checked, len(self.reader.texts)):
            self.expected += gaps.get(index, 0)
            assert self.reader.texts[index] == str(self.expected), self.reader.gaps
            self.expected += 1
        self.checked = len(self.reader.texts)

    @property
    def seen(self):
        """How many lines of the log it has been shown or told of."""
        self.check()
        return self.expected + sum(skipped for place, skipped in self.reader.gaps if place == len(self.reader.texts))


class Histories(RuleBasedStateMachine):
    @initialize(piece=st.sampled_from([60, 500, 128 * 1024]))
    def begin(self, piece):
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(journal_file, "PIECE_BYTES", piece)
        self.patch.setattr(Feed, "start", lambda _feed: None)
        self.kept = tempfile.TemporaryDirectory(prefix="quayside-journal-")
        self.folder = Path(self.kept.name)
        self.journals = Journals(self.folder)
        self.written = 0
        self.is_over = False
        self.visits, self.left = [], []

    def teardown(self):
        if hasattr(self, "patch"):
            self.patch.undo()
            self.kept.cleanup()

    @precondition(lambda self: not self.is_over)
    @rule(count=st.one_of(st.integers(1, 5), st.integers(900, 1_300)))
    def write(self, count):
        write(self.journals, ID, "\n".join(map(str, range(self.written, self.written + count))))
        self.written += count

    @precondition(lambda self: not self.is_over)
    @rule(torn=st.integers(1, 32))
    def crash_in_the_middle_of_a_line(self, torn):
        """So early in it that nothing of the line is worth keeping. The next writer mends the file."""
        if self.written:
            with (self.folder / f"{ID}.log").open("ab") as log:
                log.write(encoded(1, "torn")[:torn])
            self.restart()
            self.write(1)

    @rule()
    def restart(self):
        """Of the dashboard: all viewers lose their connection."""
        for visit in self.visits:
            visit.check()
        self.left += [visit for visit in self.visits if visit.reader.positions]
        self.visits = []
        self.journals = Journals(self.folder)

    @rule()
    def look(self):
        feed = self.journals._feeds.get(ID)
        if feed is not None:
            feed._read_on()

    @rule(is_slow=st.booleans(), tail=st.one_of(st.none(), st.integers(0, 1_000)), meanwhile=MEANWHILE)
    def come(self, is_slow, tail, meanwhile):
        reader = Reader(is_slow=is_slow and tail is not None)
        reader.watch = self.journals.watch(ID, reader, is_over=self.is_over, tail=tail)
        known = self.written if self.is_over else _lines_before(reader.watch.feed.offset, self.folder)
        self.begin_while_it_is_written(reader.watch, meanwhile)
        self.visits.append(Visit(reader, 0 if tail is None else max(known - tail, 0)))

    @precondition(lambda self: self.left)
    @rule(data=st.data(), meanwhile=MEANWHILE)
    def come_back(self, data, meanwhile):
        before = self.left.pop(data.draw(st.integers(0, len(self.left) - 1)))
        reader = Reader(is_slow=data.draw(st.booleans()))
        position = before.reader.positions[-1]
        reader.watch = self.journals.watch(ID, reader, is_over=self.is_over, position=position)
        self.begin_while_it_is_written(reader.watch, meanwhile)
        self.visits.append(Visit(reader, int(before.reader.texts[-1]) + 1))

    def begin_while_it_is_written(self, watch, count):
        """Lines are added, and handed out to others, after it was decided what to read for this viewer."""
        file = watch.feed.file

        def first(name):
            def read(*arguments, **named):
                for each in ("newest", "lines"):
                    vars(file).pop(each, None)
                self.write(count)
                watch.feed._read_on()
                return getattr(file, name)(*arguments, **named)

            return read

        if count and not self.is_over:
            file.newest, file.lines = first("newest"), first("lines")
        watch.begin()
        for each in ("newest", "lines"):  # where there was nothing to read, it was not asked
            vars(file).pop(each, None)

    @precondition(lambda self: self.visits)
    @rule(data=st.data())
    def leave(self, data):
        visit = self.visits.pop(data.draw(st.integers(0, len(self.visits) - 1)))
        visit.check()
        visit.reader.watch.end()
        if visit.reader.positions:
            self.left.append(visit)

    @precondition(lambda self: self.visits)
    @rule(data=st.data())
    def confirm(self, data):
        data.draw(st.sampled_from(self.visits)).reader.confirm()

    @rule()
    def finish(self):
        self.is_over = True
        feed = self.journals._feeds.get(ID)
        if feed is not None:
            feed._read_on()
            if not feed.is_ended:
                feed._end()
        for visit in self.visits:
            visit.reader.is_slow = False
            for _ in range(20):
                visit.reader.confirm()
            assert visit.seen == self.written
            assert visit.reader.ends == 1

    @invariant()
    def every_line_is_shown_once_or_declared(self):
        for visit in getattr(self, "visits", ()):
            visit.check()


def _lines_before(offset, folder):
    path = folder / f"{ID}.log"
    return path.read_bytes()[:offset].count(b"\n") if path.exists() else 0


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestHistories = Histories.TestCase
