"""What a viewer of an app's log is given before it goes on with the live lines: what it missed, or the newest lines
that match. Each container's lines are read by themselves, up to the last one that went to the channel."""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

from paas.broadcast import Marker, Row
from paas.errors import NotFound
from paas.logs.app.kept import KeptLog, in_time, is_past, last_of, newest_first, wanted
from paas.logs.app.pages import AppPages, Lost, removed
from paas.logs.app.place import Place
from paas.logs.app.telling import tell, untold
from paas.logs.container import history
from paas.logs.container.history import MOST_CHARACTERS, Missed
from paas.logs.feed import Ahead, Past
from paas.logs.filters import LineFilter
from paas.logs.marks import Happening, among
from paas.logs.reading.cursor import Cursor, marked
from paas.logs.reading.lines import LogLine

Happened = Callable[[str], Iterable[Happening]]
"""What happened after a time, as far as somebody still knows."""

Coming = tuple[int, Happening]
"""A happening, and how many lines stand before it."""


class Span(NamedTuple):
    """What a viewer missed: the lines between two places that match, and the newest of them up to a number."""

    place: Place
    until: Place
    only: LineFilter
    limit: int


class AppPast:
    """``until`` is always the place up to which lines went to the channel."""

    def __init__(self, pages: AppPages) -> None:
        self._pages = pages

    def missed(
        self, logs: list[KeptLog], place: Place, until: Place, *, only: LineFilter, limit: int, happened: Happened,
        is_patient: bool = True,
    ) -> Past:  # fmt: skip
        """What was written between two places: the newest of it, and how much more there was."""
        losses = removed(logs, place)
        span = Span(self._pages.whole(logs, place, only=only), until, only, limit)
        found, skipped = list[LogLine](), 0
        for log in newest_first(wanted(logs, only)):
            part = self._missed(log, span, losses.append)
            if part is None and is_patient:
                raise Ahead
            part = part or Missed([], 0)
            both = list(in_time(found, part.lines))
            found = last_of(both, limit, MOST_CHARACTERS)
            skipped += part.skipped + len(both) - len(found)
        happenings = [*losses, *untold(happened(""), span.place)]
        return _past(found, skipped, until, happenings, only, newest=span.place.told)

    def recent(self, logs: list[KeptLog], until: Place, *, only: LineFilter, limit: int, happened: Happened) -> Past:
        """The newest lines that match."""
        found: list[LogLine] = []
        for log in newest_first(wanted(logs, only)):
            last = until.shown(log.id)
            if not last or (len(found) == limit and is_past(log, found)):
                continue
            with suppress(NotFound):  # removed, and its lines with it
                lines = history.recent(log.reader, until=last, only=only, limit=limit)
                found = last_of(list(in_time(found, lines)), limit, MOST_CHARACTERS)
        since = found[0].time if found and len(found) == limit else ""
        happenings = happened(since) if limit else []
        return _past(found, 0, until, happenings, only, newest=since if limit else until.told)

    def _missed(self, log: KeptLog, span: Span, lost: Lost) -> Missed | None:
        """None, when the viewer has seen more of it than went to the channel."""
        place, last = span.place, span.until.shown(log.id)
        nothing: Missed | None = Missed([], 0)

        def read(after: Cursor | None) -> Missed | None:
            return history.missed(log.reader, after=after, until=last, only=span.only, limit=span.limit)

        if place.is_level(span.until, log.id):
            return nothing
        if not last:
            return None if place.shown(log.id) else nothing
        return self._pages.read_on(log, place, read, lost=lost, removed=nothing)


def _past(
    lines: list[LogLine], skipped: int, until: Place, happenings: Iterable[Happening], only: LineFilter, *, newest: str
) -> Past:
    """``newest`` is the time of the newest happening that the viewer was told before."""
    start = until.before(line.position for line in lines)
    start.told = newest
    coming = among(lines, [each for each in happenings if not each.process or only.wants(each.process)])
    return Past(lines, skipped, _markers(lines, coming, start.copy(), until), _Ends(start, until, coming))


def _markers(lines: list[LogLine], coming: list[Coming], place: Place, until: Place) -> list[tuple[int, Marker]]:
    done, markers = 0, []
    for number, (at, happening) in enumerate(coming, start=1):
        place.take(line.position for line in lines[done:at])
        done = at
        tell(place, happening)
        if number == len(coming):
            place.told = max(place.told, until.told)
        markers.append((at, happening.at(marked(str(place.with_ends_of(until)), number))))
    return markers


class _Ends:
    """Where a viewer stands after each batch of the past, one after the other: no batch goes past a marker."""

    def __init__(self, place: Place, until: Place, coming: list[Coming]) -> None:
        self._place, self._until, self._coming = place, until, deque(coming)
        self._given = 0

    def __call__(self, rows: Iterable[Row]) -> str:
        while self._coming and self._coming[0][0] <= self._given:
            tell(self._place, self._coming.popleft()[1])
        if not self._coming:
            self._place.told = max(self._place.told, self._until.told)
        positions = [row[0] for row in rows]
        self._given += len(positions)
        return str(self._place.take(positions).with_ends_of(self._until))
