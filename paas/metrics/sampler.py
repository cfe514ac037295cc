"""Reads the machine, the engine and every container in the background, for all who look.

Answers come from the last sample, so nobody who asks waits for the engine: it takes one to two seconds over each.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import monotonic, time
from typing import Any, NamedTuple

from paas import concurrency
from paas.engine.containers import Container
from paas.engine.engine import Engine
from paas.errors import NotFound, Problem, Unavailable
from paas.metrics import readings
from paas.metrics.host import Host
from paas.metrics.owners import Owner, Owners
from paas.metrics.readings import ContainerReading, EngineReading, Usage
from paas.metrics.snapshot import Snapshot

log = logging.getLogger(__name__)

WATCHED_SECONDS = 1.0
"""Between two samples while somebody looks."""

UNWATCHED_SECONDS = 10.0

Listener = Callable[[Snapshot], None]


class _Answer(NamedTuple):
    raw: Mapping[str, Any]
    usage: Usage
    at: float
    """By the monotonic clock, as rates must not follow a clock that is set."""
    read_at: float


class Sampler:
    """One for all viewers. ``last`` is None until the first sample is there."""

    def __init__(self, engine: Engine, host: Host, owners: Owners) -> None:
        self._engine, self._host, self._owners = engine, host, owners
        self.last: Snapshot | None = None
        self._listeners: list[Listener] = []
        self._lookers = 0
        self._is_wanted = threading.Event()
        self._answers: dict[str, _Answer] = {}

    def start(self) -> None:
        threading.Thread(target=self._run, name="sampler", daemon=True).start()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` after each sample, from the sampler's thread; returns the function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def look(self) -> Callable[[], None]:
        """Somebody looks: sample every second until the returned function is called."""
        self._lookers += 1
        self._is_wanted.set()
        has_ended = False

        def end() -> None:
            nonlocal has_ended
            if not has_ended:
                has_ended = True
                self._lookers -= 1

        return end

    def _run(self) -> None:
        while True:
            began = monotonic()
            self._is_wanted.clear()
            try:
                self._publish(self._sample())
            except Exception:
                log.exception("No sample could be taken")
            period = WATCHED_SECONDS if self._lookers else UNWATCHED_SECONDS
            self._pause(began + period - monotonic())

    def _pause(self, seconds: float) -> None:
        if self._lookers:
            threading.Event().wait(max(seconds, 0))
        else:
            self._is_wanted.wait(max(seconds, 0))

    def _publish(self, snapshot: Snapshot) -> None:
        self.last = snapshot
        for listener in tuple(self._listeners):
            try:
                listener(snapshot)
            except Exception:
                log.exception("A listener of the sampler failed")

    def _sample(self) -> Snapshot:
        try:
            rows = self._engine.inventory.all()
        except Unavailable:
            rows = ()
        running = [row for row in rows if row.is_running]
        owners, before = self._owners.of(running), dict(self._answers)
        tasks = [concurrency.start(self._read, row, before.get(row.id)) for row in running]
        for task in tasks:
            task.join()
        ids = {row.id for row in running}
        self._answers = {each: answer for each, answer in self._answers.items() if each in ids}
        containers = {
            row.id: _reading(row, owners.get(row.id), answer, before.get(row.id))
            for row in running
            if (answer := self._answers.get(row.id)) is not None
        }
        return Snapshot(time(), self._host.read(), self._engine_reading(rows), containers)

    def _read(self, row: Container, before: _Answer | None) -> None:
        try:
            raw = self._engine.stats.read(row.id, pair=before is None)
        except NotFound:
            return
        except Problem as problem:
            log.debug("%s: %s", row.name, problem.message)
            return
        usage = readings.usage(raw, before and before.raw)
        if usage is not None:
            self._answers[row.id] = _Answer(raw, usage, monotonic(), time())

    def _engine_reading(self, rows: tuple[Container, ...]) -> EngineReading | None:
        last, health = self.last and self.last.engine, self._engine.health
        running = sum(row.is_running for row in rows)
        try:
            images = self._engine.stats.machine().images
        except Problem as problem:
            return replace(last, is_stale=True, message=problem.message) if last else None
        return EngineReading(running, len(rows), images, None, time(), not health.ok, health.message)


def _reading(row: Container, owner: Owner | None, answer: _Answer, before: _Answer | None) -> ContainerReading:
    is_stale = answer is before
    rates = readings.rates(answer.usage, before.usage, answer.at - before.at) if before and not is_stale else None
    return ContainerReading(
        id=row.id,
        name=row.name,
        app_id=owner and owner.app_id,
        process=owner and owner.process,
        at=answer.read_at,
        usage=answer.usage,
        rates=rates,
        restarts=0,
        health=row.health,
        is_stale=is_stale,
    )
