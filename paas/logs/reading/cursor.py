"""Where a reader stands in a container's log, and how it finds the place again. Pure.

The engine appends entries and never moves them, so the last entry taken names a place: everything stored after it is
new, everything before it was taken. Times alone cannot say this: an entry on stderr may be stored after a younger one
on stdout (up to 15 ms were seen), parts of one line share one time, and a clock may step back. So a cursor is the
stream and the time of the last entry taken, and how many entries of that stream with that time have been taken.

What the order of an answer cannot be trusted for is a file that rotates while it is followed: the engine's follower
then sends entries again (20.10 does). ``in_order`` notices, and the poller asks anew without following."""

import calendar
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from paas.errors import Invalid
from paas.logs.reading.frames import PART_BYTES, STDERR, STDOUT, Entry

_POSITION = re.compile(
    r"([0-9a-f]{12})\.([oe])(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)(?:\.([1-9]\d{0,8}))?(?:~\d{1,9})?", re.ASCII
)

LATENESS_NANOSECONDS = 50_000_000
"""How much older than the entry before it an entry of the other stream may be; up to 15 ms were seen on a busy
machine."""

MOST_PARTS = 65
"""Enough of a line to know that it is over 1 MB; what follows is cut off anyway."""


class Cursor(NamedTuple):
    """The ``nth`` entry, from 1, of ``stream`` under ``stamp``."""

    stream: int
    stamp: bytes
    nth: int


def position(container: str, cursor: Cursor) -> str:
    """The cursor as text for clients: ``<12 digits of the id>.<o or e><stamp>``, with ``.<nth>`` when it is not 1."""
    letter = "o" if cursor.stream == STDOUT else "e"
    place = f"{container}.{letter}{cursor.stamp.decode()}"
    return place if cursor.nth == 1 else f"{place}.{cursor.nth}"


def marked(position: str, number: int) -> str:
    """The position of a marker that stands after the line at ``position``."""
    return f"{position}~{number}"


def parse_position(text: str) -> tuple[str, Cursor]:
    """The 12 digits of the container's id and the cursor; Invalid for anything that ``position`` cannot have made.

    A marker's position names the line before it.
    """
    match = _POSITION.fullmatch(text)
    if match is None:
        raise Invalid("This position is not one of ours. Leave it out to read from the end of the log.")
    container, letter, stamp, count = match.groups()
    try:
        nanoseconds(stamp.encode())
    except ValueError as error:
        raise Invalid("This position is not one of ours: there is no such time.") from error
    return container, Cursor(STDOUT if letter == "o" else STDERR, stamp.encode(), int(count or 1))


class Finder:
    """Passes over entries up to the cursor's and hands on those after it.

    Parts of one line share its time, and an answer that begins among them cannot tell which part it sees first: unless
    it is known to begin ``from_start`` of the log, the cursor's part is found only after another entry of that stream.
    For a line that ended, an entry of either stream will do: the last of its parts has its number only if all were
    seen. It must not be the first entry all the same, as journald gives lines of one microsecond the same time.
    """

    def __init__(self, cursor: Cursor, *, from_start: bool = False, line_ended: bool = True) -> None:
        self._cursor = cursor
        self._run = 0
        self._is_certain, self._line_ended = from_start, line_ended
        self.found: Entry | None = None
        self.unfinished: list[Entry] = []
        """The parts, stored before the cursor's entry, of a line of the other stream that goes on after it."""
        self._is_unfinished_whole = from_start
        self.seen = 0
        """How many entries were looked at before the cursor's was found."""

    def feed(self, entries: list[Entry]) -> list[Entry]:
        """The part of ``entries`` that comes after the cursor's."""
        if self.found is not None:
            return entries
        stream, stamp, count = self._cursor
        for index, entry in enumerate(entries):
            if entry.stream != stream:
                self._is_certain = self._is_certain or (self._line_ended and not self._run)
                self._keep_unfinished(entry)
                continue
            if entry.stamp != stamp:
                self._run, self._is_certain = 0, True
                continue
            self._run += 1
            if self._is_certain and self._run == count and (self._is_unfinished_whole or not self.unfinished):
                self.found = entry
                return entries[index + 1 :]
        self.seen += len(entries)
        return []

    def _keep_unfinished(self, entry: Entry) -> None:
        if entry.ends or len(entry.text) < PART_BYTES:
            self.unfinished, self._is_unfinished_whole = [], True
        elif self.unfinished and self.unfinished[-1].stamp == entry.stamp:
            self.unfinished = [*self.unfinished[:MOST_PARTS], entry]
        else:
            self._is_unfinished_whole = self._is_unfinished_whole or bool(self.unfinished)
            self.unfinished = [entry]


def in_order(entries: list[Entry], last: Mapping[int, tuple[bytes, bool]], *, is_followed: bool = True) -> int:
    """How many of ``entries`` come in order: up to the first that is older than the one before it on its stream.

    ``last`` holds, for each stream, the stamp of the entry taken last and whether its line ended. Equal times are in
    order within a line only; the first entry of a stream, within the lateness that streams have. What is out of order
    was sent again by a follower whose file rotated, or the clock stepped back: asking without following tells which,
    as nothing is sent again there, and lines of equal times are just that.
    """
    newest = dict(last)
    for index, (stream, stamp, _text, ends) in enumerate(entries):
        before = newest.get(stream)
        if before is None:
            if any(nanoseconds(stamp) < nanoseconds(other) - LATENESS_NANOSECONDS for other, _ in newest.values()):
                return index
        elif stamp < before[0] or (is_followed and stamp == before[0] and before[1]):
            return index
        newest[stream] = (stamp, ends)
    return len(entries)


def nanoseconds(stamp: bytes) -> int:
    """A stamp of the engine as nanoseconds since 1970."""
    text = stamp.decode()
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S")) * 1_000_000_000 + int(text[20:29])


def stamp_of(seconds: float) -> bytes:
    """Seconds since 1970 as a stamp, to be compared with the engine's."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%f}000Z".encode()


def seconds(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as the engine takes them in a query."""
    return f"{nanoseconds // 1_000_000_000}.{nanoseconds % 1_000_000_000:09}"
