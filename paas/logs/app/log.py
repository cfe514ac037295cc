"""The log of an app as its engine keeps it, for who reads it once: as a stream, or page by page with what happened
meanwhile."""

import logging
from collections.abc import Iterable, Iterator
from time import time
from typing import NamedTuple

from paas.logs.app import kept
from paas.logs.app.kept import KeptLog
from paas.logs.app.pages import AppPage, AppPages
from paas.logs.app.place import Place, parse_place
from paas.logs.filters import LineFilter
from paas.logs.marks import Happening, Notes, among, noted
from paas.logs.reading.cursor import nanoseconds, stamp_of
from paas.logs.reading.lines import LogLine

log = logging.getLogger(__name__)


class AppLog:
    """``logs`` are those of all its containers that can be read."""

    def __init__(self, app_id: int, logs: list[KeptLog], *, pages: AppPages, notes: Notes) -> None:
        self._app_id, self._logs, self._pages, self._notes = app_id, logs, pages, notes

    def read(self, *, tail: int | None, only: LineFilter, since: str = "", until: str = "") -> Iterator[LogLine]:
        """The last ``tail`` lines that match (None: all), among those of ``since`` and ``until``."""
        return kept.read(kept.wanted(self._logs, only), tail=tail, only=only, since=since, until=until)

    def before(self, position: str, *, only: LineFilter, limit: int) -> "MarkedPage":
        """The page before a position; before none, the newest."""
        place = _place(position) if position else self._pages.newest(self._logs, only=only)
        page = self._pages.before(self._logs, place, only=only, limit=limit)
        since = page.lines[0].time if page.lines and page.more else ""
        return self._marked(page, only, since=since, until=page.after.next_time() if position else "")

    def after(self, position: str, *, only: LineFilter, limit: int) -> "MarkedPage":
        """The page after a position; after none, the first of the log."""
        place = _place(position) if position else Place()
        page = self._pages.after(self._logs, place, only=only, limit=limit)
        until = page.lines[-1].time if page.lines and page.more else ""
        return self._marked(page, only, since=page.before.last_time(), until=until)

    def at(self, seconds: float) -> Place:
        """The place just before what was written at this time (since 1970) or later."""
        return self._pages.at(self._logs, stamp_of(seconds))

    def _marked(self, page: AppPage, only: LineFilter, *, since: str, until: str) -> "MarkedPage":
        happenings = happened(self._app_id, self._logs, self._notes, since=since, until=until)
        wanted = [each for each in happenings if not each.process or only.wants(each.process)]
        return MarkedPage(page, among(page.lines, [*page.losses, *wanted]))


class MarkedPage(NamedTuple):
    """A page, and what happened among its lines: each with the number of lines that stand before it."""

    page: AppPage
    happenings: list[tuple[int, Happening]]


def happened(app_id: int, logs: Iterable[KeptLog], notes: Notes, *, since: str, until: str = "") -> list[Happening]:
    """What can still be known of a time, both ends included: when each container last ran, and what others tell."""
    found = [happening for log in logs for happening in log.happenings()]
    try:
        found += map(
            noted, notes(app_id, _seconds(since) - 1 if since else 0.0, _seconds(until) + 1 if until else time())
        )
    except Exception:
        log.exception("What happened to app %s cannot be shown in its log", app_id)
    return sorted(each for each in found if since <= each.time and (not until or each.time <= until))


def _place(position: str) -> Place:
    """What is told on a page goes by its time alone, so the places around it do not say what was told."""
    place = parse_place(position)
    place.told = ""
    return place


def _seconds(stamp: str) -> float:
    return nanoseconds(stamp.encode()) / 1e9
