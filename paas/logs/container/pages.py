"""The page of lines before or after a position, for a reader who scrolls through the whole log.

The engine cannot seek: what a read costs is what lies between its beginning and the end of the log. So the distance of
each page handed out is remembered, and the next one asks for just so much; ``until`` keeps what is not wanted off the
wire."""

from bisect import bisect_right, insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from paas.broadcast import PositionGone
from paas.logs.container.history import last_lines, lines_after
from paas.logs.filters import LineFilter
from paas.logs.reading.cursor import LATENESS_NANOSECONDS, Cursor, nanoseconds, position, seconds
from paas.logs.reading.lines import LogLine
from paas.logs.reading.reader import LogReader

FIRST_ENTRIES = 2_000
GROWTH = 3
"""By how much a window grows that was too small: what is read in vain stays half of what is read at last."""

SLACK_ENTRIES = 1_000
"""The log has grown since a distance was taken."""

MOST_CHARACTERS = 8 * 1024 * 1024
"""A page ends early, with more to come, when its lines are very long: they can be 1 MB each."""

NEAR = 4
NEAR_BEGINNING = 50_000
REMEMBERED = 200
"""Distances kept for one container, and containers for which they are kept."""


@dataclass(frozen=True)
class Page:
    """Consecutive lines that match; ``more`` tells whether others lie further in that direction."""

    lines: list[LogLine]
    more: bool


class Pages:
    """Reads pages and remembers how far from the end of the log they were, or from its beginning."""

    def __init__(self) -> None:
        self._distances: dict[str, list[tuple[bytes, int]]] = {}
        self._numbers: dict[str, int] = {}

    def before(
        self, reader: LogReader, *, cursor: Cursor, only: LineFilter, limit: int, is_inclusive: bool = False
    ) -> Page:
        """The ``limit`` lines just before the one at the cursor, or up to that one (``is_inclusive``).

        PositionGone when the log does not hold it.
        """
        shortly_after = seconds(nanoseconds(cursor.stamp) + LATENESS_NANOSECONDS)
        window = _Window(self._distance(reader.id, cursor.stamp) + 2 * limit)
        end = _End(position(reader.id[:12], cursor), is_inclusive)
        for until in (shortly_after, ""):  # a clock that stepped back hides lines from a time
            while True:
                lines = last_lines(reader, entries=window.entries, until=until)
                seen = _up_to(end, lines, only, limit + 1)
                if seen.has_end and (seen.is_cut or len(seen.kept) > limit):
                    self._remember(reader.id, seen.kept[0], window.entries)
                    return Page([line for _, line in seen.kept][-limit:], more=True)
                if window.entries is None:
                    break
                window.widen(held=seen.looked_at)
            if seen.has_end:
                return Page([line for _, line in seen.kept], more=False)
        raise PositionGone("The log no longer holds this position: its older files are gone.")

    def newest(self, reader: LogReader) -> str:
        """The position of the last line; empty when there is none."""
        for entries in (1, FIRST_ENTRIES, None):
            lines = deque(last_lines(reader, entries=entries), maxlen=1)
            if lines:
                return lines[0].position
        return ""

    def older(self, reader: LogReader, *, stamp: bytes) -> str:
        """The position of the last line from before this time; empty when there is none."""
        window = _Window(self._distance(reader.id, stamp) + SLACK_ENTRIES)
        time = stamp.decode()
        while True:
            count, found = 0, ""
            for line in last_lines(reader, entries=window.entries, until=seconds(nanoseconds(stamp))):
                count += 1
                found = line.position if line.time < time else found
            if found or window.entries is None:
                return found
            window.widen(held=count)

    def after(self, reader: LogReader, *, cursor: Cursor | None, only: LineFilter, limit: int) -> Page:
        """The first ``limit`` lines after the cursor, or of the log (None)."""
        number = self._number_of(reader, cursor)
        if cursor is None or number is not None:
            coming = lines_after(reader, cursor, from_start=True)
        else:
            coming = lines_after(reader, cursor, near=self._distance(reader.id, cursor.stamp))
        lines: list[LogLine] = []
        size = 0
        for count, line in enumerate(coming):
            if only.matches(line):
                if len(lines) == limit or size > MOST_CHARACTERS:
                    if number is not None:
                        self._remember_number(lines[-1].position, number + count)
                    return Page(lines, more=True)
                lines.append(line)
                size += len(line.text)
        return Page(lines, more=False)

    def _number_of(self, reader: LogReader, cursor: Cursor | None) -> int | None:
        """About which line of the log the cursor's is, if it is known to be so near its beginning that reading from
        there costs little."""
        if cursor is None:
            return 0
        number = self._numbers.get(position(reader.id[:12], cursor))
        return number if number is not None and number <= NEAR_BEGINNING else None

    def _remember_number(self, place: str, number: int) -> None:
        self._numbers[place] = number
        if len(self._numbers) > REMEMBERED:
            del self._numbers[next(iter(self._numbers))]

    def _distance(self, container: str, stamp: bytes) -> int:
        """About how many entries reach back to ``stamp``: between the nearest pages known, which may be far apart."""
        known = self._distances.get(container, [])
        index = bisect_right(known, (stamp, 1 << 62))
        older = known[index - 1][1] if index else None
        newer = known[index][1] if index < len(known) else 0
        if older is not None and older <= NEAR * newer + FIRST_ENTRIES:
            return older * 5 // 4 + SLACK_ENTRIES
        return newer * 5 // 4 + SLACK_ENTRIES

    def _remember(self, container: str, oldest: tuple[int, LogLine], entries: int | None) -> None:
        if entries is None:
            return
        number, line = oldest
        known = self._distances.setdefault(container, [])
        insort(known, (line.time.encode(), max(entries - number, 0)))  # a few more are read than are asked for
        if len(known) > REMEMBERED:
            del known[REMEMBERED // 2]
        if len(self._distances) > REMEMBERED:
            del self._distances[next(iter(self._distances))]


class _Window:
    """How many of the last ``entries`` to read; None: all."""

    def __init__(self, entries: int) -> None:
        self.entries: int | None = entries
        self._held = -1

    def widen(self, *, held: int) -> None:
        """It was too small and ``held`` so many lines; one that held no more than the one before is the whole log, but
        for what a time hides."""
        self.entries = None if self.entries is None or held == self._held else self.entries * GROWTH
        self._held = held


class _End(NamedTuple):
    """Where a page ends: before the line at a position, or with it."""

    position: str
    is_inclusive: bool


class _Seen(NamedTuple):
    """Of ``looked_at`` lines those ``kept``, each with its number among them. ``has_end``: the end of the page came.
    ``is_cut``: fewer were kept than would have been, for their length."""

    kept: list[tuple[int, LogLine]]
    looked_at: int
    has_end: bool
    is_cut: bool


def _up_to(end: _End, lines: Iterator[LogLine], only: LineFilter, most: int) -> _Seen:
    """The last ``most`` lines that match, up to the end."""
    kept: deque[tuple[int, LogLine]] = deque()
    number = size = 0
    is_cut = False
    for number, line in enumerate(lines):
        is_end = line.position == end.position
        if only.matches(line) and (end.is_inclusive or not is_end):
            kept.append((number, line))
            size += len(line.text)
        while len(kept) > most or (size > MOST_CHARACTERS and len(kept) > 1):
            is_cut = is_cut or len(kept) <= most
            size -= len(kept.popleft()[1].text)
        if is_end:
            return _Seen(list(kept), number, has_end=True, is_cut=is_cut)
    return _Seen(list(kept), number, has_end=False, is_cut=is_cut)
