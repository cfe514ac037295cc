"""Lines that were written before: what a viewer missed, the newest that match, and the one-shot read.

Reads stream from the engine in bounded memory; nothing here is shared between readers.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from time import sleep

from paas.errors import Invalid
from paas.logs.filters import LineFilter
from paas.logs.reading.cursor import Cursor, position
from paas.logs.reading.frames import Entry
from paas.logs.reading.lines import LogLine, without_torn_lines
from paas.logs.reading.reader import LONGEST_LINE_ENTRIES, LogReader

RECENT_ENTRIES = 20_000
"""How far back a filter is applied when somebody begins to watch with one; what is older is read by scrolling up."""

MOST_CHARACTERS = 2 * 1024 * 1024
"""What is held for one viewer that comes back, and sent to it at once: lines can be 1 MB long."""

MOST_HELD_CHARACTERS = 16 * 1024 * 1024
"""Of the last lines in a one-shot read: 20,000 lines of 800 characters."""

TORN_ENTRIES = 5_000
"""How much of a window's beginning is looked at for lines that it cuts."""


@dataclass(frozen=True)
class Missed:
    """The newest of the lines that a viewer missed, in order, and how many older ones are left out."""

    lines: list[LogLine]
    skipped: int


def missed(reader: LogReader, *, after: Cursor | None, until: str, only: LineFilter, limit: int) -> Missed | None:
    """What was written after the line at ``after`` (None: from the beginning), up to the line at position ``until``.

    None, when ``after`` already lies past ``until``; PositionGone when the log no longer holds it.
    """
    if after is not None and position(reader.id[:12], after) == until:
        return Missed([], 0)
    newest, count = _Newest(limit), 0
    for line in lines_after(reader, after):
        if only.matches(line):
            newest.add(line)
            count += 1
        if line.position == until:
            return Missed(list(newest.lines), count - len(newest.lines))
    return None


def recent(reader: LogReader, *, until: str, only: LineFilter, limit: int) -> list[LogLine]:
    """The last ``limit`` lines that match, as far as they are among the newest entries, up to position ``until``."""
    newest = _Newest(limit)
    for line in last_lines(reader, entries=RECENT_ENTRIES):
        if only.matches(line):
            newest.add(line)
        if line.position == until:
            break
    return list(newest.lines)


class _Newest:
    """The last lines that were added: at most ``limit`` of them and, but for one, about MOST_CHARACTERS in all."""

    def __init__(self, limit: int) -> None:
        self.lines: deque[LogLine] = deque()
        self._limit, self._characters = limit, 0

    def add(self, line: LogLine) -> None:
        self.lines.append(line)
        self._characters += len(line.text)
        while len(self.lines) > self._limit or (self._characters > MOST_CHARACTERS and len(self.lines) > 1):
            self._characters -= len(self.lines.popleft().text)


def read(
    reader: LogReader, *, tail: int | None, only: LineFilter, since: str = "", until: str = ""
) -> Iterator[LogLine]:
    """The one-shot read: the last ``tail`` lines that match (None: all), among those of ``since`` and ``until``.

    The last ones are held until the end is reached; Invalid when they are too long for that.
    """
    everything = _all_lines(reader, since=since, until=until)
    if tail is None:
        yield from (line for line in everything if only.matches(line))
        return
    is_plain = only.passes_all and not (since or until)
    lines = last_lines(reader, entries=tail) if is_plain else everything
    kept = _last(lines, only, tail)
    if is_plain and len(kept) < tail:  # the log is shorter, or lines over 16 KiB took the place of others
        kept = _last(everything, only, tail)
    yield from kept


def _last(lines: Iterator[LogLine], only: LineFilter, limit: int) -> deque[LogLine]:
    kept: deque[LogLine] = deque()
    characters = 0
    for line in lines:
        if only.matches(line):
            kept.append(line)
            characters += len(line.text)
        if len(kept) > limit:
            characters -= len(kept.popleft().text)
        if characters > MOST_HELD_CHARACTERS:
            raise Invalid("These lines are too long to be held until the last one. Ask for fewer, or with tail=all.")
    return kept


def last_lines(reader: LogReader, *, entries: int | None, until: str = "") -> Iterator[LogLine]:
    """The lines of the last ``entries`` entries (None: of all) and a few more; one that the window cuts is left out.

    With an ``until`` the engine hides how much it left out, so the first line of a log that is shorter is missing too.
    """
    if entries is None:
        yield from _all_lines(reader, until=until)
        return
    joiner, tail = reader.joiner(), entries + LONGEST_LINE_ENTRIES
    beginning: list[Entry] | None = []
    for part in reader.entries(tail=tail, until=until):
        if beginning is None:
            yield from joiner.feed(part)
            sleep(0)
            continue
        beginning += part
        if len(beginning) >= min(tail, TORN_ENTRIES):
            is_whole = not until and beginning[0].ends and _first_entry(reader) == beginning[0]
            yield from joiner.feed(beginning if is_whole else without_torn_lines(beginning))
            beginning = None
    if beginning:
        yield from joiner.feed(without_torn_lines(beginning) if until else beginning)
    yield from joiner.close()


def _first_entry(reader: LogReader) -> Entry | None:
    """Where the log begins: a window that begins there cuts no line, unless all parts of a long one look alike. The
    answer is dropped after its first piece."""
    return next((entries[0] for entries in reader.entries(tail=None) if entries), None)


def lines_after(
    reader: LogReader, cursor: Cursor | None, *, near: int = 0, from_start: bool = False
) -> Iterator[LogLine]:
    """Every line after the one at the cursor, or of the log (None); ``near`` is how far back it is thought to be, or it
    is near the beginning (``from_start``)."""
    if cursor is None:
        yield from _all_lines(reader)
        return
    joiner = reader.joiner()
    for finder, entries in reader.found_and_after(cursor, near=near, from_start=from_start):
        if joiner.cursor is None and finder.found is not None:
            joiner.feed(finder.unfinished)
            joiner.resume(cursor, finder.found)
        yield from joiner.feed(entries)
        sleep(0)
    yield from joiner.close()


def _all_lines(reader: LogReader, *, since: str = "", until: str = "") -> Iterator[LogLine]:
    joiner = reader.joiner()
    for entries in reader.entries(tail=None, since=since, until=until):
        yield from joiner.feed(entries)
        sleep(0)
    yield from joiner.close()
