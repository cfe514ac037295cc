"""Reads the machine, the engine and every container in the background, once for all who look.

Answers come from the last sample, so nobody who asks waits for the engine: it takes one to two seconds over each.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from time import monotonic, time

from paas.engine.containers import Container
from paas.engine.engine import Engine
from paas.errors import Unavailable
from paas.metrics.host import Host
from paas.metrics.meter import Meter
from paas.metrics.owners import Owner, Owners
from paas.metrics.readers import MOST_FOLLOWED, Readers
from paas.metrics.readings import ContainerReading, EngineReading, Usage
from paas.metrics.snapshot import Snapshot
from paas.metrics.totals import Totals

log = logging.getLogger(__name__)

WATCHED_SECONDS = 1.0
UNWATCHED_SECONDS = 10.0
"""Between two samples, while somebody looks and while nobody does."""

SOONEST_SECONDS, LATEST_SECONDS = 0.5, 1.25
"""The engine's second is not quite ours. While somebody looks a sample is taken as soon as all answers of a second are
there, so that what is shown was read a moment ago, and none is left out or shown twice."""

LINGER_SECONDS = 5.0
"""How long we take it that somebody looks, after the last one has left: a page that is loaded anew comes back."""

Listener = Callable[[Snapshot], None]


class Sampler:
    """One for all viewers. ``last`` is None until the first sample is there, two seconds after the start."""

    def __init__(self, engine: Engine, host: Host, owners: Owners, totals: Totals) -> None:
        self._engine, self._host, self._owners, self._totals = engine, host, owners, totals
        self._readers = Readers(engine.stats)
        self.last: Snapshot | None = None
        self._listeners: list[Listener] = []
        self._lookers = 0
        self._left_at = -LINGER_SECONDS
        self._has_come = threading.Event()
        self._keeps_pace = False
        """Whether the last sample was taken because all answers were there."""

    def start(self) -> None:
        self._totals.start()
        threading.Thread(target=self._run, name="sampler", daemon=True).start()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` after each sample, from the sampler's thread; returns the function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def look(self) -> Callable[[], None]:
        """Somebody looks: sample every second until the returned function is called."""
        self._lookers += 1
        self._has_come.set()
        has_left = False

        def leave() -> None:
            nonlocal has_left
            if not has_left:
                has_left = True
                self._lookers -= 1
                self._left_at = monotonic()

        return leave

    @property
    def is_watched(self) -> bool:
        return self._lookers > 0 or monotonic() - self._left_at < LINGER_SECONDS

    def sample(self) -> Snapshot:
        """Read all once, and tell who listens. While somebody looks it waits for nothing: containers are followed."""
        self._readers.clear()
        rows = self._rows()
        running = {row.id: row for row in rows if row.is_running}
        if self._engine.health.ok:
            read = self._readers.follow if self.is_watched and len(running) <= MOST_FOLLOWED else self._readers.ask
            read(running)
        self._readers.forget_others(running)
        owners = self._owners.of(running.values())
        now, at = monotonic(), time()
        containers = {
            row.id: _reading(row, owners.get(row.id), meter, meter.usage, now=now, at=at)
            for row in running.values()
            if (meter := self._readers.meters.get(row.id)) and meter.usage
        }
        snapshot = Snapshot(at, self._host.read(self._totals.folder), self._engine_reading(rows, at), containers)
        self._publish(snapshot)
        return snapshot

    def _rows(self) -> tuple[Container, ...]:
        try:
            return self._engine.inventory.all()
        except Unavailable:
            return ()

    def _engine_reading(self, rows: tuple[Container, ...], at: float) -> EngineReading | None:
        """None while it has never answered; while it is away, what it was when it last did."""
        health, images = self._engine.health, self._totals.images
        last = None if self.last is None else self.last.engine
        if not health.ok or images is None:
            return None if last is None else replace(last, is_stale=True, message=health.message)
        running = sum(row.is_running for row in rows)
        return EngineReading(running, len(rows), images, self._totals.disk_used, at, is_stale=False, message="")

    def _publish(self, snapshot: Snapshot) -> None:
        self.last = snapshot
        for listener in tuple(self._listeners):
            try:
                listener(snapshot)
            except Exception:
                log.exception("A listener of the sampler failed")

    def _run(self) -> None:
        while True:
            began = monotonic()
            try:
                self.sample()
            except Exception:
                log.exception("No sample could be taken")
            self._wait(began)

    def _wait(self, began: float) -> None:
        """Until the next sample is due; who comes in the meantime does not wait for that."""
        if self.is_watched:
            threading.Event().wait(max(began + SOONEST_SECONDS - monotonic(), 0))
            latest = LATEST_SECONDS if self._keeps_pace else WATCHED_SECONDS
            self._keeps_pace = self._readers.are_all_in.wait(max(began + latest - monotonic(), 0))
            return
        self._has_come.clear()
        if not self.is_watched:
            self._has_come.wait(max(began + UNWATCHED_SECONDS - monotonic(), 0))


def _reading(
    row: Container, owner: Owner | None, meter: Meter, usage: Usage, *, now: float, at: float
) -> ContainerReading:
    """``now`` and ``at`` are the same moment by both clocks, so that an age survives a clock that is set."""
    return ContainerReading(
        id=row.id,
        name=row.name,
        app_id=owner and owner.app_id,
        process=owner and owner.process,
        at=at - (now - meter.at),
        usage=usage,
        rates=meter.rates,
        restarts=row.restarts,
        health=row.health,
        is_stale=meter.is_stale(now),
    )
