"""One viewer of one feed: what it is given to begin with, then what comes, at its own pace."""

import threading
from itertools import pairwise
from typing import Protocol

from paas.broadcast import Batch, Channel, Crowd, Item, Mark, Marker, PositionGone, Viewer
from paas.errors import Problem, Unavailable
from paas.logs.feed import Ahead, Feed, Past, Status
from paas.logs.filters import LineFilter
from paas.logs.marks import now

RETRY_SECONDS = 1.0
"""Between two attempts to read what a viewer missed, while the engine does not answer."""

AHEAD_SECONDS, MOST_AHEAD = 0.1, 30
"""Between two looks whether the channel has come as far as a viewer that read the end of the log elsewhere."""

MOST_LINES = 1_000
"""What a viewer is given at once, of the past or of what it missed; the rest is declared and can be loaded."""


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


class Leaves(Protocol):
    """Who is told that a watch has ended: the hub."""

    def leave(self, watch: "Watch") -> None: ...


class Watch:
    """From ``begin`` until ``end``."""

    def __init__(self, hub: Leaves, feed: Feed, outlet: Outlet, *, only: LineFilter, tail: int, position: str) -> None:
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
        looks = 0
        while not self._ended.is_set():
            if self.feed.past_has_markers:
                viewer.start_at((channel.next_index, channel.next_line))
            else:
                viewer.start_before(channel.next_line)  # with the markers that stand there
            try:
                self._place(channel, viewer, is_patient=looks < MOST_AHEAD)
            except PositionGone:
                message = "The log rotated; how many lines went with its older files is not known"
                self.outlet.marker(Marker("rotated", message, now(), self._position), 0)
                viewer.start_before(channel.next_line - self._tail)
            except Ahead:
                looks += 1
                self._ended.wait(AHEAD_SECONDS)
                continue
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

    def _place(self, channel: Channel, viewer: Viewer, *, is_patient: bool) -> None:
        if self._position and (place := channel.place_after(self._position)) is not None:
            viewer.start_at(place)
        elif self._position:
            missed = self.feed.missed(self._position, only=self._only, limit=MOST_LINES, is_patient=is_patient)
            self._give(viewer, missed)
        elif self._only.passes_all:
            viewer.start_before(channel.next_line - self._tail)
        else:
            self._give(viewer, self.feed.recent(only=self._only, limit=self._tail))

    def _give(self, viewer: Viewer, past: Past) -> None:
        skipped = past.skipped
        places = [0, *(at for at, _ in past.markers), len(past.lines)]
        for number, (start, end) in enumerate(pairwise(places)):
            viewer.give((line[:] for line in past.lines[start:end]), skipped, end_of=past.end_of)
            skipped = skipped if start == end else 0
            if number < len(past.markers):
                marker = past.markers[number][1]
                viewer.give_mark(marker, marker.position)

    def _send(self, item: Item, skipped: int) -> None:
        if isinstance(item, Mark) and isinstance(item.value, Marker):
            self.outlet.marker(item.value, skipped)
        elif isinstance(item, Batch):
            self.outlet.lines(item, skipped)
