"""Who watches what. The first viewer of a container starts its poller, the last one stops it; all share its lines."""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from paas.broadcast import Batch, Channel, Crowd, Item, Mark, Viewer
from paas.engine.containers import Details
from paas.engine.engine import Engine
from paas.errors import Invalid, Problem, Unavailable
from paas.logs import history
from paas.logs.cursor import Cursor, marked, parse_position
from paas.logs.filters import LineFilter
from paas.logs.follower import PACE_SECONDS
from paas.logs.lines import LogLine
from paas.logs.poller import Poller
from paas.logs.reading import LogReader, PositionGone

log = logging.getLogger(__name__)

LINGER_SECONDS = 30.0
"""How long a poller goes on with nobody watching: a page that is loaded anew finds its lines still there."""

READY_SECONDS = 6.0
RETRY_SECONDS = 1.0
"""Between two attempts to read what a viewer missed, while the engine does not answer."""

PACE_SECONDS_A_VIEWER = 0.0003
"""Handing a batch to one more viewer takes about 0.04 ms. From 67 viewers on, batches come less often, so that a crowd
takes a seventh of the loop at most; 200 viewers get one every 60 ms."""

MOST_LINES = 1_000
"""What a viewer is given at once, of the past or of what it missed; the rest is declared and can be loaded."""


@dataclass(frozen=True)
class Marker:
    """What happened between two lines."""

    kind: str
    message: str
    time: str
    position: str


@dataclass(frozen=True)
class Status:
    """How the watched container is. ``state``: live, ended (it may start again), lost (the engine does not answer)."""

    state: str
    message: str
    details: Details | None


class Outlet(Protocol):
    """One viewer's door. Nothing here may block."""

    def lines(self, batch: Batch, skipped: int) -> None: ...

    def marker(self, marker: Marker, skipped: int) -> None: ...

    def status(self, status: Status) -> None: ...

    def problem(self, problem: Problem) -> None: ...

    @property
    def crowd(self) -> Crowd | None:
        """What sends a batch or a marker to many outlets of this kind at once, if that is cheaper."""
        ...


class Feed:
    """One container's poller and the channels that its lines go to, one for every filter in use. A poller's Sink."""

    def __init__(self, name: str, engine: Engine) -> None:
        self.name = name
        self.status = Status("connecting", "", None)
        self.details: Details | None = None
        self.is_ready = threading.Event()
        self.watches: dict[Watch, None] = {}
        self.channels: dict[LineFilter, Channel] = {LineFilter(): Channel()}
        self._marks = self.departures = 0
        self.poller = Poller(
            name,
            self,
            title=name,
            containers=engine.containers,
            inventory=engine.inventory,
            open_log=lambda details: LogReader(engine.containers, details, process=name),
        )

    @property
    def all_lines(self) -> Channel:
        return self.channels[LineFilter()]

    def channel(self, only: LineFilter) -> Channel:
        return self.channels.setdefault(only, Channel())

    def drop_unused_channels(self) -> None:
        used = {watch.channel for watch in self.watches}
        for only, channel in tuple(self.channels.items()):
            if not only.passes_all and channel not in used:
                del self.channels[only]

    def lines(self, lines: list[LogLine]) -> None:
        for only, channel in tuple(self.channels.items()):
            if chosen := only.choose(lines):
                channel.publish(line[:] for line in chosen)

    def mark(self, kind: str, message: str, time: str = "") -> None:
        last = self.all_lines.last_row
        self._marks += 1
        marker = Marker(kind, message, time or _now(), marked(last[0], self._marks) if last else "")
        for channel in self.channels.values():
            channel.mark(marker, marker.position)

    def pace(self) -> float:
        return max(PACE_SECONDS, len(self.watches) * PACE_SECONDS_A_VIEWER)

    def state(self, state: str, message: str, details: Details | None) -> None:
        status = Status(state, message, details)
        self.details = details or self.details
        if status != self.status:
            self.status = status
            for watch in tuple(self.watches):
                watch.tell(status)
        self.is_ready.set()


class Watch:
    """One viewer of one feed, from ``begin`` until ``end``."""

    def __init__(self, hub: "Hub", feed: Feed, outlet: Outlet, *, only: LineFilter, tail: int, position: str) -> None:
        self._hub, self._only, self._tail, self._position = hub, only, tail, position
        self.feed, self.outlet, self.channel = feed, outlet, feed.channel(only)
        self._viewer: Viewer | None = None
        self._ended = threading.Event()

    def begin(self) -> None:
        """Send what the viewer is to begin with, then what comes. Reads from the engine where the ring does not
        reach."""
        if self._ended.is_set():
            return
        channel = self.channel
        viewer = self._viewer = channel.view(self._send, crowd=self.outlet.crowd, member=self.outlet)
        self.outlet.status(self.feed.status)
        while not self._ended.is_set():
            viewer.start_before(channel.next_line)
            try:
                self._place(channel, viewer)
            except PositionGone:
                self._note("rotated", "The log rotated; how many lines went with its older files is not known")
                viewer.start_before(channel.next_line - self._tail)
            except Unavailable:
                self._ended.wait(RETRY_SECONDS)  # the status says that the engine is lost; what was missed is not
                continue
            except Problem as problem:
                self.outlet.problem(problem)
            viewer.release()
            return

    def tell(self, status: Status) -> None:
        if self._viewer is not None:
            self.outlet.status(status)

    def taken(self, position: str) -> None:
        if self._viewer is not None:
            self._viewer.taken(position)

    def end(self) -> None:
        self._ended.set()
        if self._viewer is not None:
            self._viewer.leave()
        self._hub.leave(self)

    def _place(self, channel: Channel, viewer: Viewer) -> None:
        if self._position and (place := channel.place_after(self._position)) is not None:
            viewer.start_at(place)
        elif self._position:
            self._resume(viewer, *parse_position(self._position))
        elif self._only.passes_all:
            viewer.start_before(channel.next_line - self._tail)
        else:
            self._begin_filtered(viewer)

    def _resume(self, viewer: Viewer, container: str, cursor: Cursor) -> None:
        reader, last = self._reader(), self.feed.all_lines.last_row
        if reader is None and self.feed.status.state == "lost":
            raise Unavailable(self.feed.status.message)
        if reader is None:
            return
        is_same = reader.id.startswith(container)
        found = history.Missed([], 0)
        if last is not None:
            after = cursor if is_same else None
            found = history.missed(reader, after=after, until=last[0], only=self._only, limit=MOST_LINES)
        if not is_same:
            self._note("replaced", f"{self.feed.name} was made again; the log of the former container went with it")
        viewer.give((line[:] for line in found.lines), found.skipped)

    def _begin_filtered(self, viewer: Viewer) -> None:
        reader, last = self._reader(), self.feed.all_lines.last_row
        if reader is not None and last is not None:
            lines = history.recent(reader, until=last[0], only=self._only, limit=self._tail)
            viewer.give((line[:] for line in lines), 0)

    def _reader(self) -> LogReader | None:
        details = self.feed.details
        return None if details is None else LogReader(self._hub.engine.containers, details)

    def _note(self, kind: str, message: str) -> None:
        self.outlet.marker(Marker(kind, message, _now(), self._position), 0)

    def _send(self, item: Item, skipped: int) -> None:
        if isinstance(item, Mark) and isinstance(item.value, Marker):
            self.outlet.marker(item.value, skipped)
        elif isinstance(item, Batch):
            self.outlet.lines(item, skipped)


class Hub:
    """Finds or makes the feed for a viewer, and lets go of feeds that nobody watches."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._feeds: dict[str, Feed] = {}

    def watch(
        self, container: str, outlet: Outlet, *, tail: int = 100, position: str = "", only: LineFilter | None = None
    ) -> Watch:
        """A watch of the container with this name or id; nothing is sent before its ``begin``, and it has to be ended.

        Raises NotFound, Unavailable (the engine has never answered) or Invalid.
        """
        if not 0 <= tail <= MOST_LINES:
            raise Invalid(f"tail must be a number from 0 to {MOST_LINES}, not {tail}.")
        if position:
            parse_position(position)
        feed = self._feed(container)
        if not feed.is_ready.wait(READY_SECONDS):
            raise Unavailable(f"The log of {feed.name} cannot be read yet: the engine does not answer.")
        watch = Watch(self, feed, outlet, only=only or LineFilter(), tail=tail, position=position)
        feed.watches[watch] = None
        return watch

    def leave(self, watch: Watch) -> None:
        feed = watch.feed
        feed.watches.pop(watch, None)
        feed.drop_unused_channels()
        if not feed.watches:
            self._let_go_later(feed)

    def _feed(self, container: str) -> Feed:
        feed = self._feeds.get(container)
        if feed is None:
            name = self.engine.inventory.find(container).name
            feed = self._feeds.get(name)
            if feed is None:
                feed = self._feeds[name] = Feed(name, self.engine)
                feed.poller.start()
                self._let_go_later(feed)
        return feed

    def _let_go_later(self, feed: Feed) -> None:
        feed.departures += 1
        timer = threading.Timer(LINGER_SECONDS, self._let_go, [feed, feed.departures])
        timer.daemon = True
        timer.start()

    def _let_go(self, feed: Feed, departure: int) -> None:
        is_latest = departure == feed.departures  # the timer of an earlier one comes too soon
        if is_latest and not feed.watches and self._feeds.get(feed.name) is feed:
            del self._feeds[feed.name]
            feed.poller.stop()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
