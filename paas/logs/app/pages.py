"""Pages of an app's log, next to a place in it. What a page holds is cut out of each container's log by itself, so
pages that follow each other leave nothing out and hold nothing twice, whatever the containers' clocks say."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from paas.broadcast import PositionGone
from paas.errors import NotFound
from paas.logs.app.kept import KeptLog, first_of, in_time, last_of, wanted
from paas.logs.app.place import Place
from paas.logs.container.pages import MOST_CHARACTERS, Page, Pages
from paas.logs.filters import LineFilter
from paas.logs.marks import Happening, sortable
from paas.logs.reading.cursor import Cursor, parse_position
from paas.logs.reading.lines import LogLine

ALL = LineFilter()
NOTHING = Page([], more=False)

T = TypeVar("T")

Lost = Callable[[Happening], None]
"""Is told of what nobody can read any more."""


@dataclass(frozen=True)
class AppPage:
    """Consecutive lines that match. ``before`` and ``after`` are the places around them; ``more`` tells whether others
    lie further in the direction that was asked for; ``losses`` are logs that could not be read on from the place."""

    lines: list[LogLine]
    more: bool
    before: Place
    after: Place
    losses: list[Happening] = field(default_factory=list)


class AppPages:
    """Over the same memory of distances as the pages of single containers."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def before(self, logs: list[KeptLog], place: Place, *, only: LineFilter, limit: int) -> AppPage:
        """The last lines up to a place."""
        place, found, more = self._up_to(logs, place, only), list[LogLine](), False
        for log in sorted(wanted(logs, only), key=lambda log: place.time(log.id), reverse=True):
            if len(found) == limit and place.time(log.id) < found[0].time:
                more = more or bool(place.time(log.id))
                continue
            page = self._before(log, place, only, limit)
            both = list(in_time(found, page.lines))
            found = last_of(both, limit, MOST_CHARACTERS)
            more = more or page.more or len(found) < len(both)
        return AppPage(found, more, place.before(line.position for line in found), place)

    def after(self, logs: list[KeptLog], place: Place, *, only: LineFilter, limit: int) -> AppPage:
        """The first lines after a place."""
        losses = removed(logs, place)
        place, found, more = self.whole(logs, place, only=only), list[LogLine](), False
        read: list[tuple[KeptLog, Page]] = []
        for log in sorted(wanted(logs, only), key=lambda log: log.began):
            if len(found) == limit and log.began > found[-1].time:
                more = True
                continue
            page = self._after(log, place, only, limit, losses.append)
            read.append((log, page))
            both = list(in_time(found, page.lines))
            found = first_of(both, limit, MOST_CHARACTERS)
            more = more or page.more or len(found) < len(both)
        after = place.copy().take(line.position for line in found)
        _note_ends(after, read)
        return AppPage(found, more, place, after, losses)

    def newest(self, logs: list[KeptLog], *, only: LineFilter) -> Place:
        """The end of the log, as it is now."""
        place = Place()
        for log in wanted(logs, only):
            place.put(self._newest(log) or place.text(log.id))
            if log.ended:
                place.end(log.id)
        return place

    def at(self, logs: Iterable[KeptLog], stamp: bytes) -> Place:
        """Before the first line of each container that is not older than this time."""
        place = Place()
        for log in logs:
            place.put(self._at(log, stamp) or place.text(log.id))
        return place

    def whole(self, logs: Iterable[KeptLog], place: Place, *, only: LineFilter) -> Place:
        """Where the other containers stand at the position of one line: before their first line that is not older.

        PositionGone when the line's own container is not among them.
        """
        if place.is_whole:
            return place
        (container,) = place.containers
        if container not in {log.id for log in logs}:
            raise PositionGone("This position is of a container that was removed, and its log with it.")
        stamp, whole = parse_position(place.text(container))[1].stamp, Place()
        for log in wanted(logs, only):
            text = place.text(container) if log.id == container else self._at(log, stamp)
            whole.put(text or place.text(log.id))
        return whole

    def read_on(self, log: KeptLog, place: Place, read: Callable[[Cursor | None], T], *, lost: Lost, removed: T) -> T:
        """What ``read`` finds after the last line of this log that is taken at a place; where the log has rotated past
        that, from its beginning, and ``lost`` is told. ``removed`` when the container was, since it was listed."""
        with suppress(NotFound):
            try:
                return read(self._cursor(log, place))
            except PositionGone:
                lost(rotated(log.reader.process, place.time(log.id)))
                return read(None)
        return removed

    def _cursor(self, log: KeptLog, place: Place) -> Cursor | None:
        """The last line of this log that is taken at a place; None before the first."""
        part = place.part(log.id)
        if part.cursor is None or not part.is_before:
            return part.cursor
        try:
            earlier = self._pages.before(log.reader, cursor=part.cursor, only=ALL, limit=1).lines
            found = earlier[0].position if earlier else ""
        except PositionGone:  # also where a full disk has torn the entry: then what is older is still there
            found = "" if log.reader.rotates else self._pages.older(log.reader, stamp=part.cursor.stamp)
            if not found:
                raise
        return parse_position(found)[1] if found else None

    def _up_to(self, logs: list[KeptLog], place: Place, only: LineFilter) -> Place:
        """What lies before the position of one line does not hold that line."""
        whole = self.whole(logs, place, only=only)
        return whole if place.is_whole else whole.before(place.text(each) for each in place.containers if each in whole)

    def _before(self, log: KeptLog, place: Place, only: LineFilter, limit: int) -> Page:
        part = place.part(log.id)
        if part.cursor is None:
            return NOTHING
        try:
            return self._pages.before(
                log.reader, cursor=part.cursor, only=only, limit=limit, is_inclusive=not part.is_before
            )
        except (NotFound, PositionGone):  # removed since it was listed, or rotated, and what lies before it went too
            return NOTHING

    def _after(self, log: KeptLog, place: Place, only: LineFilter, limit: int, lost: Lost) -> Page:
        if is_over(log, place):
            return NOTHING

        def read(cursor: Cursor | None) -> Page:
            return self._pages.after(log.reader, cursor=cursor, only=only, limit=limit)

        return self.read_on(log, place, read, lost=lost, removed=NOTHING)

    def _newest(self, log: KeptLog) -> str:
        try:
            return self._pages.newest(log.reader)
        except NotFound:
            return ""

    def _at(self, log: KeptLog, stamp: bytes) -> str:
        time = stamp.decode()
        if log.began > time:
            return ""
        if log.ended and log.ended < time:
            return self._newest(log)
        try:
            return self._pages.older(log.reader, stamp=stamp)
        except NotFound:
            return ""


def is_over(log: KeptLog, place: Place) -> bool:
    """Whether all of the log was taken when it ended, and it has not begun again since."""
    return place.part(log.id).has_ended and bool(log.ended) and sortable(log.details.started_at) <= place.time(log.id)


def rotated(process: str, time: str) -> Happening:
    message = f"The log of {process} rotated; how many lines went with its older files is not known"
    return Happening(time, "rotated", message, process)


def removed(logs: Iterable[KeptLog], place: Place) -> list[Happening]:
    """Containers of which more may have been written than was taken, and whose logs are gone."""
    known = {log.id for log in logs}
    message = "A container that wrote here was removed, and its log with it"
    lost = [each for each in place.containers if each not in known and not place.part(each).has_ended]
    return [Happening(place.time(each), "removed", message) for each in lost if place.is_whole]


def _note_ends(place: Place, read: Iterable[tuple[KeptLog, Page]]) -> None:
    """Say of each log that has ended, and of which nothing is left, that it is so: it need not be read again."""
    for log, page in read:
        is_taken = not page.lines or place.text(log.id) == page.lines[-1].position
        if log.ended and is_taken and not page.more:
            place.end(log.id)
