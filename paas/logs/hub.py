"""Who watches what. The first viewer of a log starts its feed, the last one stops it; all share its lines."""

import threading
from collections.abc import Callable

from paas.apps.app import App
from paas.apps.masking import Masks
from paas.engine.engine import Engine
from paas.errors import Invalid, Unavailable
from paas.logs.app.feed import AppFeed
from paas.logs.app.kept import kept_logs
from paas.logs.app.log import AppLog
from paas.logs.app.pages import AppPages
from paas.logs.app.place import parse_place
from paas.logs.container.feed import ContainerFeed
from paas.logs.container.pages import Pages
from paas.logs.feed import Feed
from paas.logs.filters import LineFilter
from paas.logs.marks import Notes
from paas.logs.reading.cursor import parse_position
from paas.logs.reading.opening import LogOpener
from paas.logs.watch import MOST_LINES, Outlet, Watch

LINGER_SECONDS = 30.0
"""How long a feed goes on with nobody watching: a page that is loaded anew finds its lines still there."""

READY_SECONDS = 6.0


class Hub:
    """Finds or makes the feed for a viewer, and lets go of feeds that nobody watches."""

    def __init__(
        self,
        engine: Engine,
        *,
        masks: Masks | None = None,
        pages: Pages | None = None,
        notes: Notes = lambda _app_id, _since, _until: (),
    ) -> None:
        self.engine = engine
        self.open_log = LogOpener(engine.containers, masks)
        self._pages, self._notes = pages or Pages(), notes
        self._feeds: dict[str | int, Feed] = {}

    def watch(
        self, container: str, outlet: Outlet, *, tail: int = 100, position: str = "", only: LineFilter | None = None
    ) -> Watch:
        """A watch of the container with this name or id; nothing is sent before its ``begin``, and it has to be ended.

        Raises NotFound, Unavailable (the engine has never answered) or Invalid.
        """
        if position:
            parse_position(position)
        _check_tail(tail)
        name = container if container in self._feeds else self.engine.inventory.find(container).name
        feed = self._feed(name, lambda: ContainerFeed(name, self.engine, self.open_log))
        return self._watch(feed, outlet, only=only, tail=tail, position=position)

    def watch_app(
        self, app: App, outlet: Outlet, *, tail: int = 100, position: str = "", only: LineFilter | None = None
    ) -> Watch:
        """The same for all containers of an app. Whether somebody may see it is the door's to ask."""
        if position:
            parse_place(position)
        _check_tail(tail)
        self.engine.inventory.all()  # Unavailable while nobody knows which containers there are
        feed = self._feed(app.id, lambda: self._app_feed(app))
        return self._watch(feed, outlet, only=only, tail=tail, position=position)

    def stored(self, app: App) -> AppLog:
        """The log of an app as the engine keeps it. Raises Unavailable; whether somebody may see it is the door's to
        ask."""
        if not self.engine.health.ok:
            raise Unavailable(self.engine.health.message)  # a hung one would only say so after ten seconds
        logs = kept_logs(app, self.engine, self.open_log)
        return AppLog(app.id, logs, pages=AppPages(self._pages), notes=self._notes)

    def note(self, app_id: int, kind: str, message: str, at: float) -> None:
        """Something happened to an app, at this time in seconds since 1970; whoever watches its log is shown it."""
        feed = self._feeds.get(app_id)
        if isinstance(feed, AppFeed):
            feed.note((kind, message, at))

    def leave(self, watch: Watch) -> None:
        feed = watch.feed
        feed.watches.pop(watch, None)
        feed.drop_unused_channels()
        if not feed.watches:
            self._let_go_later(feed)

    def _watch(self, feed: Feed, outlet: Outlet, *, only: LineFilter | None, tail: int, position: str) -> Watch:
        if not feed.is_ready.wait(READY_SECONDS):
            raise Unavailable(f"The log of {feed.name} cannot be read yet: the engine does not answer.")
        watch = Watch(self, feed, outlet, only=only or LineFilter(), tail=tail, position=position)
        feed.watches[watch] = None
        return watch

    def _feed(self, key: str | int, make: Callable[[], Feed]) -> Feed:
        feed = self._feeds.get(key)
        if feed is None:
            feed = self._feeds[key] = make()
            feed.start()
            self._let_go_later(feed)
        return feed

    def _app_feed(self, app: App) -> Feed:
        return AppFeed(app, self.engine, self.open_log, pages=self._pages, notes=self._notes)

    def _let_go_later(self, feed: Feed) -> None:
        feed.departures += 1
        timer = threading.Timer(LINGER_SECONDS, self._let_go, [feed, feed.departures])
        timer.daemon = True
        timer.start()

    def _let_go(self, feed: Feed, departure: int) -> None:
        is_latest = departure == feed.departures  # the timer of an earlier one comes too soon
        if is_latest and not feed.watches and self._feeds.get(feed.key) is feed:
            del self._feeds[feed.key]
            feed.stop()


def _check_tail(tail: int) -> None:
    if not 0 <= tail <= MOST_LINES:
        raise Invalid(f"tail must be a number from 0 to {MOST_LINES}, not {tail}.")
