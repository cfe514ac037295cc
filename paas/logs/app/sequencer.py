"""Keeps what an app's containers hand over until its turn has come, and passes it on: the clock and the thread around
``merging``. At first it only gathers, until somebody says ``begin``."""

import logging
import threading
from collections.abc import Callable, Iterable
from time import monotonic

from paas.logs.app.merging import Merger
from paas.logs.app.source import Item

log = logging.getLogger(__name__)

IDLE_SECONDS = 30.0


class Sequencer:
    """``pass_on`` gets items in order, from one thread at a time. ``pace`` says how far apart a container's batches
    are."""

    def __init__(self, pass_on: Callable[[list[Item]], None], pace: Callable[[], float]) -> None:
        self._pass_on, self._pace = pass_on, pace
        self._merger: Merger[Item] = Merger()
        self._has_begun = self._is_passing = self._is_stopped = self._is_idle = False
        self._wake = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="log-sequencer", daemon=True).start()

    def stop(self) -> None:
        self._is_stopped = True
        self._wake.set()

    def join(self, name: str) -> None:
        self._merger.join(name, monotonic())

    def leave(self, name: str) -> None:
        self._merger.leave(name)

    def set_live(self, name: str, *, is_live: bool) -> None:
        self._merger.set_live(name, is_live=is_live)
        self._go_on()
        self._set_alarm()

    def put(self, name: str, items: Iterable[tuple[str, Item]]) -> None:
        self._merger.put(name, items, monotonic())
        self._go_on()
        self._set_alarm()

    def begin(self) -> list[Item]:
        """All that was gathered, in order. From now on what comes is passed on."""
        self._has_begun = True
        return self._merger.take_all()

    def _go_on(self) -> None:
        if not self._has_begun or self._is_passing:
            return  # who passes on looks again before it ends
        self._is_passing = True
        try:
            while items := self._merger.take(monotonic(), pace=self._pace()):
                self._pass_on(items)
        finally:
            self._is_passing = False

    def _set_alarm(self) -> None:
        if self._is_idle and self._merger.is_holding:
            self._wake.set()

    def _run(self) -> None:
        while not self._is_stopped:
            due = self._merger.due(monotonic(), pace=self._pace()) if self._has_begun else None
            self._is_idle = due is None
            self._wake.wait(IDLE_SECONDS if due is None else max(due - monotonic(), 0))
            self._wake.clear()
            try:
                self._go_on()
            except Exception:
                log.exception("Lines of an app could not be passed on")
