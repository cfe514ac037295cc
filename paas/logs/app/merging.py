"""Puts what several containers write in one order, that of its times, as it comes. Pure: the clock is handed in.

Within a container the order is the engine's, whatever its times say. Between containers an item is held back for as
long as an earlier one of another may still be on its way: until each that is live has handed over something later, or
has been quiet for longer than its batches are apart. What comes later than that stands where it comes: nothing is
dropped for its time. While one container alone is live, nothing is held back."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import itemgetter
from typing import Generic, TypeVar

ON_ITS_WAY_SECONDS = 0.01
"""How long a line may take from the engine's clock to us, where nothing is behind: 1 to 3 ms were seen."""

LONGEST_SECONDS = 0.25
"""The most that a line waits for a container that hands over one old batch after the other."""

T = TypeVar("T")

_LAST = "~"
"""Later than any time."""


class _Queue(Generic[T]):
    """What one container has handed over and is held back, with the time that counts for it and when it came."""

    def __init__(self, now: float) -> None:
        self.items: deque[tuple[str, float, T]] = deque()
        self.newest = ""
        self.heard_at = now
        self.is_live = self.is_leaving = False

    def put(self, items: Iterable[tuple[str, T]], now: float) -> None:
        self.heard_at = now
        for time, item in items:
            self.newest = max(self.newest, time)  # one that is older is late on its stream, or a clock stepped back
            self.items.append((self.newest, now, item))

    def pop_to(self, limit: str) -> Iterator[tuple[str, float, T]]:
        while self.items and self.items[0][0] <= limit:
            yield self.items.popleft()

    def is_busy(self, now: float, pace: float) -> bool:
        """Whether it may be about to hand over what was written a batch ago."""
        return self.is_live and now < self.heard_at + pace + ON_ITS_WAY_SECONDS


class Merger(Generic[T]):
    """Items go in by container and come out in order. Times are texts that sort as the times do, or empty for "now".

    ``pace`` is for how many seconds a container's lines may be gathered before they are put in.
    """

    def __init__(self) -> None:
        self._queues: dict[str, _Queue[T]] = {}

    def join(self, name: str, now: float) -> None:
        self._queues.setdefault(name, _Queue(now))

    def leave(self, name: str) -> None:
        """Forget it, once what it handed over has come out."""
        queue = self._queues[name]
        queue.is_live, queue.is_leaving = False, True
        self._forget_empty()

    def set_live(self, name: str, *, is_live: bool) -> None:
        self._queues[name].is_live = is_live

    def put(self, name: str, items: Iterable[tuple[str, T]], now: float) -> None:
        self._queues[name].put(items, now)

    def take(self, now: float, *, pace: float) -> list[T]:
        """What may be shown now."""
        return self._up_to(self._limit(now, pace))

    def take_all(self) -> list[T]:
        """Everything, in order."""
        return self._up_to(_LAST)

    @property
    def is_holding(self) -> bool:
        return any(queue.items for queue in self._queues.values())

    def due(self, now: float, *, pace: float) -> float | None:
        """When to look again for what is held back; None when nothing is."""
        held = [queue for queue in self._queues.values() if queue.items]
        return min((self._due(queue, now, pace) for queue in held), default=None)

    def _up_to(self, limit: str) -> list[T]:
        ready = list(chain.from_iterable(queue.pop_to(limit) for queue in self._queues.values()))
        ready.sort(key=itemgetter(0))  # in one queue times never go back, so its order stays
        self._forget_empty()
        return [item for _, _, item in ready]

    def _forget_empty(self) -> None:
        for name in [name for name, queue in self._queues.items() if queue.is_leaving and not queue.items]:
            del self._queues[name]

    def _limit(self, now: float, pace: float) -> str:
        """The latest time of what may be shown, empty for nothing."""
        live = [queue for queue in self._queues.values() if queue.is_live]
        passed_by_all = min((queue.newest for queue in live), default=_LAST)
        passed_by_busy = min((queue.newest for queue in live if queue.is_busy(now, pace)), default=_LAST)
        limit = passed_by_all
        for queue in self._queues.values():
            for time, came_at, _ in queue.items:
                if now < came_at + ON_ITS_WAY_SECONDS:
                    break
                if time <= passed_by_busy or now >= came_at + LONGEST_SECONDS:
                    limit = max(limit, time)
        return limit

    def _due(self, queue: _Queue[T], now: float, pace: float) -> float:
        time, came_at, _ = queue.items[0]
        ahead = [other for other in self._queues.values() if other.is_live and other.newest < time]
        quiet_at = max((other.heard_at + pace for other in ahead), default=now)
        return min(max(came_at, quiet_at) + ON_ITS_WAY_SECONDS, came_at + LONGEST_SECONDS)
