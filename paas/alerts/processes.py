"""The processes of all apps as their containers show them. Only what serves counts: neither what a deployment is still
trying out, nor what it has retired, nor where a release command ran."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping

from paas.alerts import rules
from paas.alerts.lives import End, Ends, Life, Sign, Wish
from paas.deployments.containers import resting_name
from paas.deployments.pipeline.run import PROCESS_ROLE
from paas.engine import labels
from paas.engine.containers import Container
from paas.engine.engine import Engine
from paas.engine.events import Event
from paas.engine.workload import Listed
from paas.errors import Problem
from paas.metrics.owners import Owner

SIGNS = frozenset({"kill", "oom", "die"})

UNPLACED_SECONDS = 30.0
"""An end of a container that is not in the table yet waits so long for it: what ends as it starts can be that quick."""

Owned = Callable[[Iterable[Container]], Mapping[str, Owner]]
"""Which containers are whose; see ``paas.metrics.owners``."""


class Processes:
    """``take`` is called by whoever reads the engine's events, all else by one thread."""

    def __init__(self, engine: Engine, owners: Owned, *, clock: Callable[[], float] = time.time) -> None:
        self._engine, self._owners, self._clock = engine, owners, clock
        self._signs: deque[Sign] = deque(maxlen=10_000)
        self._turn = threading.Lock()
        self._ends = Ends()
        self._unplaced: list[tuple[str, End]] = []
        self._lives: dict[str, Life] = {}
        self._stopped: dict[tuple[str, float], bool] = {}
        """Of containers that do not run, by id and by when that began."""

    def take(self, event: Event) -> bool:
        """Whether it is of interest. Its time is that of our own clock."""
        if event.action not in SIGNS:
            return False
        app = event.labels.get(labels.APP, "")
        is_ours = app.isdigit() and self._engine.turns.is_taken(int(app))
        with self._turn:
            self._signs.append(
                Sign(event.action, event.container_id, self._clock(), event.exit_code, event.signal, is_ours)
            )
        return True

    def drop(self) -> None:
        """Others have judged what was taken."""
        with self._turn:
            self._signs.clear()

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to be looked at soon."""
        return bool(self._signs) or self._ends.is_waiting

    def lives(self, now: float, limits: Mapping[int, int | None]) -> Mapping[str, Life]:
        """By subject, with what has happened since the last time; ``limits`` are the apps' limits of memory."""
        before = self._lives
        self._lives = self._present(now)
        for life in self._lives.values():
            life.limit_bytes = limits.get(rules.app_of_subject(life.subject) or 0) or life.limit_bytes
        self._take_ends(now, before)
        self._find_out_who_stopped()
        return self._lives

    def _present(self, now: float) -> dict[str, Life]:
        rows = self._engine.inventory.all()
        owners = self._owners(rows)
        found: dict[str, Life] = {}
        serving = sorted((row for row in rows if row.id in owners and _serves(row)), key=lambda row: row.created_at)
        newest = {rules.subject_of_app(*owners[row.id]): row for row in serving}
        for subject, row in newest.items():
            found[subject] = _updated(self._lives.get(subject) or Life(subject), row, now)
        return found

    def _take_ends(self, now: float, before: Mapping[str, Life]) -> None:
        with self._turn:
            signs, self._signs = self._signs, deque(maxlen=self._signs.maxlen)
        for sign in signs:
            self._ends.take(sign)
        by_id = {life.container_id: life for life in (*before.values(), *self._lives.values())}
        found, self._unplaced = [*self._unplaced, *self._ends.settled(now)], []
        for container_id, end in found:
            life = by_id.get(container_id)
            if life is not None:
                self._put(life, end)
            elif 0 <= now - end.at < UNPLACED_SECONDS:
                self._unplaced.append((container_id, end))

    def _put(self, life: Life, end: End) -> None:
        """Somebody may have removed the container meanwhile, and with it all that told of it."""
        if life.subject not in self._lives and end.is_crash:
            self._lives[life.subject] = life
            life.is_running, life.is_restarting, life.down_since = False, False, end.at
        life.ends.append(end)
        life.fresh.append(end)

    def _find_out_who_stopped(self) -> None:
        asked: dict[tuple[str, float], bool] = {}
        for life in self._lives.values():
            if life.is_running or life.is_restarting:
                life.was_stopped = False
            elif (end := life.last_end) is not None:
                life.was_stopped = end.wish is Wish.OURS
            else:
                life.was_stopped = self._looks_stopped(life, asked)
        self._stopped = asked

    def _looks_stopped(self, life: Life, asked: dict[tuple[str, float], bool]) -> bool:
        """Nobody saw it end. Its restart policy was taken away, as we do when we stop it; of an app that never had one
        nobody can tell, and it is left in peace."""
        key = (life.container_id, life.since)
        if key not in self._stopped:
            try:
                workload = self._engine.workloads.inspect(life.container_id)
            except Problem:
                return True  # until the engine says otherwise
            self._stopped[key] = labels.RESTART in workload.labels and workload.restart_policy == "no"
        asked[key] = self._stopped[key]
        return asked[key]


def _serves(row: Container) -> bool:
    if labels.APP not in row.labels:
        return True  # adopted
    if row.labels.get(labels.ROLE) != PROCESS_ROLE or row.state == "created":
        return False
    return row.name != resting_name(Listed(row.id, row.name, row.state, row.labels))


def _updated(life: Life, row: Container, now: float) -> Life:
    is_running = row.state in ("running", "paused")
    if row.id != life.container_id:
        life.ends.clear()
        life.fresh.clear()
        life.down_since = None
    is_another_run = not life.is_running or (row.since or 0.0) != life.since
    life.has_restarted = life.has_restarted or (is_running and is_another_run and bool(life.ends))
    life.container_id, life.is_running, life.is_restarting = row.id, is_running, row.state == "restarting"
    life.since, life.health = row.since or 0.0, row.health
    life.code, life.out_of_memory = row.exit_code, row.out_of_memory
    life.down_since = None if is_running else life.down_since or now
    return life
