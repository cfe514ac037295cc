"""Has the engine tell what each container uses: followed while somebody looks, else asked once for all, side by side.

Each container has a thread of its own, so that one for which the engine does not answer holds up no other.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Collection
from time import monotonic

from paas import concurrency
from paas.engine.stats import Readings, Stats
from paas.errors import NotFound, Problem
from paas.metrics.meter import Meter

log = logging.getLogger(__name__)

MOST_FOLLOWED = 200
"""Each takes a connection to the engine. Where more containers run, they are asked in turns."""

MOST_ASKED_AT_ONCE = 100


class Readers:
    """``meters`` holds what they came to, by the container's id. The engine reads all containers at one go, so the
    answers of a second come together: ``are_all_in`` is set when each that is followed has given one since it was
    cleared."""

    def __init__(self, stats: Stats) -> None:
        self._stats = stats
        self.meters: dict[str, Meter] = {}
        self.are_all_in = threading.Event()
        self._followers: dict[str, _Follower] = {}

    def follow(self, ids: Collection[str]) -> None:
        """Begin to follow those that are not followed yet, or no longer; end with all others."""
        for container_id in self._followers.keys() - set(ids):
            self._followers.pop(container_id).end()
        known = self._followers
        new = {
            container_id: _Follower(self._stats, container_id, self._meter(container_id), self._on_answer)
            for container_id in ids
            if container_id not in known or known[container_id].has_ended
        }
        known |= new  # before any of them answers: all are waited for
        for follower in new.values():
            follower.start()

    def ask(self, ids: Collection[str]) -> None:
        """Follow none, ask once for each, and return when all have answered or failed."""
        self.follow(())
        waiting = deque(ids)
        at_once = min(len(ids), MOST_ASKED_AT_ONCE)
        tasks = [concurrency.start(self._ask_in_turn, waiting) for _ in range(at_once)]
        for task in tasks:
            task.join()

    def forget_others(self, ids: Collection[str]) -> None:
        """Those that do not run any more."""
        for container_id in self.meters.keys() - set(ids):
            del self.meters[container_id]

    def clear(self) -> None:
        """Wait for answers anew."""
        self.are_all_in.clear()
        for follower in self._followers.values():
            follower.has_answered = False

    def _on_answer(self) -> None:
        if all(follower.has_answered or follower.has_ended for follower in self._followers.values()):
            self.are_all_in.set()

    def _ask_in_turn(self, waiting: deque[str]) -> None:
        while waiting:
            container_id = waiting.popleft()
            meter = self._meter(container_id)
            meter.ask(monotonic())
            try:
                meter.take(self._stats.read(container_id, pair=meter.is_new), monotonic())
            except Problem as problem:
                meter.fail()
                _tell(container_id, problem)

    def _meter(self, container_id: str) -> Meter:
        return self.meters.setdefault(container_id, Meter())


class _Follower:
    """Takes what one container's stream brings, from a thread of its own, until the stream or ``end`` ends it."""

    def __init__(self, stats: Stats, container_id: str, meter: Meter, on_answer: Callable[[], None]) -> None:
        self.has_answered = self.has_ended = False
        self._stats, self._id, self._meter, self._on_answer = stats, container_id, meter, on_answer
        self._readings: Readings | None = None
        self._is_unwanted = False

    def start(self) -> None:
        threading.Thread(target=self._run, name=f"stats-{self._id[:12]}", daemon=True).start()

    def end(self) -> None:
        self._is_unwanted = True
        if self._readings is not None:
            self._readings.abort()

    def _run(self) -> None:
        try:
            self._meter.ask(monotonic())
            with self._stats.follow(self._id) as self._readings:
                self._take(self._readings)
        except Problem as problem:
            _tell(self._id, problem)
        except Exception:
            log.exception("What %s uses could not be read", self._id[:12])
        finally:
            self.has_ended = True
            if not self._is_unwanted:
                self._meter.fail()

    def _take(self, answers: Readings) -> None:
        if self._is_unwanted:  # it ended while the engine was still asked
            return
        for answer in answers:
            if self._is_unwanted:
                return
            self._meter.take(answer, monotonic())
            self.has_answered = True
            self._on_answer()


def _tell(container_id: str, problem: Problem) -> None:
    if not isinstance(problem, NotFound):  # it has just been removed
        log.debug("It is not known what %s uses: %s", container_id[:12], problem.message)
