"""What the viewers of one log share: the channels that its lines go to, one for every filter in use, and how it stands.

A container's log and an app's differ in where lines come from and in what a position means; ``container/feed.py``
and ``app/feed.py`` know that."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from paas.broadcast import Channel, Marker, Row
from paas.engine.containers import Details
from paas.logs.container.follower import PACE_SECONDS
from paas.logs.filters import LineFilter
from paas.logs.reading.lines import LogLine

PACE_SECONDS_A_VIEWER = 0.0003
"""Handing a batch to one more viewer takes about 0.04 ms. From 67 viewers on, batches come less often, so that a crowd
takes a seventh of the loop at most; 200 viewers get one every 60 ms."""


@dataclass(frozen=True)
class Status:
    """How the watched log is. ``state``: live, ended (it may go on again), lost (the engine does not answer).

    ``details`` are the container's; an app has ``processes``, the names that its lines bear.
    """

    state: str
    message: str
    details: Details | None = None
    processes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Past:
    """What a viewer is given before it goes on with the channel: lines, how many are left out before them, and markers,
    each with the number of lines that stand before it. ``end_of`` tells the place after lines that are given."""

    lines: Sequence[LogLine] = ()
    skipped: int = 0
    markers: Sequence[tuple[int, Marker]] = ()
    end_of: Callable[[Iterable[Row]], str] | None = None


class Ahead(Exception):
    """The viewer has seen lines that the channel has not had yet. It will, in a moment."""


class Watcher(Protocol):
    """One viewer, as far as its feed needs to know it."""

    @property
    def channel(self) -> Channel: ...

    def tell(self, status: Status) -> None: ...


class Feed(ABC):
    """``key`` is what the hub finds it by, ``name`` what people call it."""

    past_has_markers = False
    """Whether what a viewer missed holds the markers too, up to the end of the channel."""

    def __init__(self, key: str | int, name: str) -> None:
        self.key, self.name = key, name
        self.status = Status("connecting", "")
        self.is_ready = threading.Event()
        self.watches: dict[Watcher, None] = {}
        self.channels: dict[LineFilter, Channel] = {LineFilter(): Channel()}
        self.departures = 0
        """How often the last viewer has left."""

    @abstractmethod
    def start(self) -> None:
        """Begin to take lines, in threads of its own; ``is_ready`` is set once it has the end of the log."""

    @abstractmethod
    def stop(self) -> None: ...

    @abstractmethod
    def missed(self, position: str, *, only: LineFilter, limit: int, is_patient: bool = True) -> Past:
        """What was written after the position and went to the channel already. Reads from the engine.

        Raises PositionGone, Unavailable (ask again) or, to the patient, Ahead (wait, and ask again).
        """

    @abstractmethod
    def recent(self, *, only: LineFilter, limit: int) -> Past:
        """The newest lines that match, as far as they went to the channel. Reads from the engine."""

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

    def publish(self, lines: list[LogLine], *, end: str = "") -> None:
        for only, channel in tuple(self.channels.items()):
            if chosen := only.choose(lines):
                channel.publish((line[:] for line in chosen), end=end)

    def pace(self) -> float:
        """For how many seconds lines may be gathered into one batch."""
        return max(PACE_SECONDS, len(self.watches) * PACE_SECONDS_A_VIEWER)

    def set_status(self, status: Status) -> None:
        if status != self.status:
            self.status = status
            for watch in tuple(self.watches):
                watch.tell(status)
