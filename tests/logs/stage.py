"""Pollers and a hub on a stage: their threads run in turns, only when a test lets them, and every wait ends a turn."""

import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import greenlet
import pytest

from paas.logs import feed, hub, watch
from paas.logs.app import feed as app_feed
from paas.logs.app import sequencer
from paas.logs.container import poller
from tests.fakes import FakeEngine
from tests.logs.patching import small_scale
from tests.world import FakeEvent, World


class Turns(World):
    def __init__(self) -> None:
        super().__init__()
        self._main = greenlet.getcurrent()
        self._threads: list[greenlet.greenlet] = []
        self.timers: list[Timer] = []

    def step(self) -> bool:
        """In a thread: wait for its next turn. In the test: give each thread one."""
        if greenlet.getcurrent() is not self._main:
            self._main.switch()
            return True
        for thread in tuple(self._threads):
            if not thread.dead:
                thread.switch()
        return True

    def turn(self, times: int = 40) -> None:
        for _ in range(times):
            self.step()

    @property
    def running(self) -> int:
        return sum(not thread.dead for thread in self._threads)

    def ring_timers(self) -> None:
        timers, self.timers = self.timers, []
        for timer in timers:
            timer.function()

    def threading(self) -> types.SimpleNamespace:
        """What the modules under test use of ``threading``."""

        def thread(target: Callable[[], None], **_: object) -> types.SimpleNamespace:
            return types.SimpleNamespace(start=lambda: self._threads.append(greenlet.greenlet(target)))

        return types.SimpleNamespace(
            Event=lambda: PatientEvent(self), Thread=thread, Timer=lambda *args: Timer(self, *args)
        )


class PatientEvent(FakeEvent):
    """In the test, who waits gives the threads many turns."""

    def wait(self, timeout: float) -> bool:
        for _ in range(50 if greenlet.getcurrent() is self._world._main else 0):
            if self._is_set:
                return True
            self._world.step()
        return super().wait(timeout)


class Timer:
    daemon = False

    def __init__(
        self, world: Turns, seconds: float, function: Callable[..., None], args: tuple[object, ...] = ()
    ) -> None:
        self._world, self.seconds, self.function = world, seconds, lambda: function(*args)

    def start(self) -> None:
        self._world.timers.append(self)

    def cancel(self) -> None:
        if self in self._world.timers:
            self._world.timers.remove(self)


@contextmanager
def staged(*, backlog: int = 20) -> Iterator[FakeEngine]:
    """An engine whose world is one of turns; ``engine.world.turn()`` lets what was started go on."""
    engine = FakeEngine(part_bytes=16 * 1024)
    engine.world = Turns()
    with small_scale(engine.world, part_bytes=16 * 1024, backlog=backlog), pytest.MonkeyPatch.context() as patch:
        for module in (app_feed, feed, hub, poller, sequencer, watch):
            patch.setattr(module, "threading", engine.world.threading())
        patch.setattr(sequencer, "monotonic", engine.world.monotonic)
        yield engine
