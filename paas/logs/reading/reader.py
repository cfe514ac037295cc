"""Reads of one container's log, as entries: all, the last ones, and those after a cursor. They do not follow.

Every read is bounded by ``tail``: the engine then reads its files backwards from the end, at the same cost on a log of
ten thousand or ten million lines. Where a window turns out to be too small, a larger one is asked for."""

from collections.abc import Iterator
from itertools import takewhile

from paas.broadcast import PositionGone
from paas.engine.connection import Stream
from paas.engine.containers import Containers, Details
from paas.errors import Unavailable
from paas.logs.reading.cursor import Cursor, Finder
from paas.logs.reading.frames import Entry, FrameReader, Reader, TtyReader
from paas.logs.reading.lines import LineJoiner, LogLine, Mask, without_torn_lines

SMALL_ENTRIES = 1_000
WINDOWS = (SMALL_ENTRIES, 10_000, 100_000, 1_000_000)
"""Entries to ask for, one size after the other until the cursor is among them, and then the whole log. Not all since
the cursor's time: that would hide what was written after a clock stepped back."""

LONGEST_LINE_ENTRIES = 65
"""A line of 1 MB is stored as 64 parts and its newline; so many more entries are asked for where lines are wanted."""

QUIET_SECONDS = 10.0
"""An answer that does not follow and pauses for so long has stopped."""


class LogReader:
    """One container's log. Its lines bear the name of ``process``, the container's own unless another is given."""

    def __init__(
        self, containers: Containers, details: Details, *, process: str = "", mask: Mask | None = None
    ) -> None:
        self._containers, self._is_tty, self.id = containers, details.tty, details.id
        self.process, self._mask = process or details.name, mask
        self.rotates = details.rotates
        self.is_small = False
        """Whether the last read held the whole log and that was short, so that asking for all of it is cheap."""
        self.is_torn = False
        """Whether the cursor's entry was not found last time though the log reaches back beyond it."""

    def follow(self, *, tail: int | None) -> Stream:
        """The last ``tail`` entries and, for as long as it is open, whatever is written."""
        return self._containers.read_log(self.id, tail=tail, follow=True)

    def parser(self) -> Reader:
        return TtyReader() if self._is_tty else FrameReader()

    def joiner(self) -> LineJoiner:
        """What makes lines of this log's entries."""
        return LineJoiner(self.id, self.process, self._mask)

    def entries(self, *, tail: int | None, since: str = "", until: str = "") -> Iterator[list[Entry]]:
        """Entries as they come, in the order in which they were stored; Unavailable when the answer breaks off."""
        parse = self.parser()
        with self._containers.read_log(self.id, tail=tail, exact=True, since=since, until=until) as stream:
            while data := stream.read(QUIET_SECONDS):
                yield parse.feed(data)
            if data is None:
                raise Unavailable("The engine stopped in the middle of a log.")
            yield parse.close()

    def after(self, cursor: Cursor, *, line_ended: bool = True, near: int = 0) -> Iterator[list[Entry]]:
        """What was stored after the cursor's entry; PositionGone when the log does not hold it."""
        for _, entries in self.found_and_after(cursor, line_ended=line_ended, near=near):
            yield entries

    def found_and_after(
        self, cursor: Cursor, *, line_ended: bool = True, near: int = 0, from_start: bool = False
    ) -> Iterator[tuple[Finder, list[Entry]]]:
        """The same, each list beside what found the cursor's entry; windows smaller than ``near`` are not tried, and
        none at all where the whole log is to be read."""
        is_whole = False
        for tail in (*([] if from_start else _windows(near)), None):
            if is_whole and tail is not None:
                continue
            finder, count = Finder(cursor, from_start=tail is None, line_ended=line_ended), 0
            for entries in self.entries(tail=tail):
                count += len(entries)
                rest = finder.feed(entries)
                if finder.found is not None:
                    yield finder, rest
            is_whole = tail is None or count < tail
            self.is_small = is_whole and count < SMALL_ENTRIES
            if finder.found is not None:
                self.is_torn = False
                return
        yield from self._later(cursor)

    def _later(self, cursor: Cursor) -> Iterator[tuple[Finder, list[Entry]]]:
        """What is newer than an entry that the log should hold and does not show; PositionGone when its files are gone.

        An engine whose disk fills up tears entries, and later passes over those next to them, over others in each read.
        """
        finder = Finder(cursor)
        before: Entry | None = None
        for entries in () if self.rotates else self.entries(tail=None):
            older = 0 if finder.found else sum(1 for _ in takewhile(lambda entry: entry.stamp <= cursor.stamp, entries))
            before = entries[older - 1] if older else before
            if before is None and entries:
                break
            if before is not None and older < len(entries):
                finder.found, self.is_torn = before, True
                yield finder, entries[older:]
        if before is None:
            raise PositionGone("The log no longer holds this position: its older files are gone.")


def _windows(near: int) -> list[int]:
    return sorted({size for size in (near, *WINDOWS) if size and size >= near})


def backlog(reader: LogReader, joiner: LineJoiner, limit: int) -> list[LogLine]:
    """The last lines, from about ``limit`` entries; ``joiner`` goes on after them. Lines cut by the window are left
    out; where that is all, as in a burst that ends with a word on the other stream, more is read."""
    smallest = limit + LONGEST_LINE_ENTRIES
    for tail in (smallest, *(size for size in WINDOWS if size > smallest)):
        entries = [entry for part in reader.entries(tail=tail) for entry in part]
        if len(entries) < tail:
            reader.is_small = len(entries) < SMALL_ENTRIES
            return joiner.feed(entries)
        if whole := without_torn_lines(entries):
            break
    joiner.feed(entries[: tail - len(whole)])  # for the place alone: without one, the whole log would be read
    return joiner.feed(whole)
