"""What happened to containers while they were measured: that one ended, ran out of memory or was started again. It is
kept for 30 days, to be drawn on charts.

An end that somebody asked for is none of these: a deployment that replaces a container has a mark of its own. Of
containers that belong to no app only those that ran out of memory are kept.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Collection
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from paas.engine import labels
from paas.engine.containers import Container
from paas.engine.events import Event
from paas.engine.inventory import Inventory
from paas.errors import Problem
from paas.metrics.owners import Owners
from paas.metrics.rollup import DAY, TIERS
from paas.metrics.witness import ACTIONS, ASKED_CODES, Kind, Witness
from paas.storage.database import Database
from paas.storage.metric_tables import MetricMarkRow, MetricPointRow, MetricSubjectRow
from paas.storage.tables import AppRow

log = logging.getLogger(__name__)

KEEP_SECONDS = 30 * DAY
SWEEP_SECONDS = 600.0
SWEPT_AT_ONCE = 500
LOOK_SECONDS = 30.0
MOST_WAITING = 1000
PROCESS_ROLE = "process"


class Mark(NamedTuple):
    """``at`` in seconds since 1970; ``process`` is what the container is called: ``web.1``, or its name."""

    at: float
    kind: Kind
    app_id: int | None
    process: str
    container_id: str
    exit_code: int | None = None

    @property
    def text(self) -> str:
        match self.kind:
            case Kind.RESTART:
                return f"{self.process} was started again"
            case Kind.OUT_OF_MEMORY:
                return f"{self.process} ran out of memory"
        return f"{self.process} exited with code {self.exit_code}"


class Marks:
    """Keeps what the engine's events tell, from ``start`` on, in a thread of its own."""

    def __init__(
        self, database: Database, inventory: Inventory, owners: Owners, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._inventory, self._owners, self._clock = database, inventory, owners, clock
        self._events: queue.Queue[Event] = queue.Queue(MOST_WAITING)
        self._witness = Witness()

    def start(self) -> None:
        self._inventory.follow(self.hear)
        threading.Thread(target=self._run, name="marks", daemon=True).start()

    def hear(self, event: Event) -> None:
        """Take an event up. It does not wait: while the database is away a thousand of them are held."""
        if event.action in ACTIONS:
            try:
                self._events.put_nowait(event)
            except queue.Full:
                log.warning("So much happens to containers that not all of it is kept")

    def keep_next(self, *, wait_seconds: float) -> bool:
        """Keep what the next event tells, if it comes in time; whether it came."""
        try:
            event = self._events.get(timeout=wait_seconds)
        except queue.Empty:
            return False
        if (kind := self._witness.kind(event)) is not None:
            mark = self._mark(self._container(event), event.at, kind, event.exit_code)
            self._keep([] if mark is None else [mark])
        return True

    def look_back(self) -> None:
        """Keep the ends of containers that nobody saw, as the dashboard was away. Unavailable while the engine is."""
        with self._database.session() as session:
            away_since = last_seen(session)
        if away_since is not None:
            rows = [row for row in self._inventory.all() if not row.is_running and (row.since or 0) > away_since]
            self._keep([mark for row in rows if (mark := self._end(row)) is not None])

    def sweep(self) -> None:
        """Delete what is too old, or of apps that were deleted, a few hundred at a time."""
        while self._database.work(lambda session: expire(session, now=self._clock())):
            pass

    def _end(self, row: Container) -> Mark | None:
        if row.out_of_memory:
            return self._mark(row, row.since or 0, Kind.OUT_OF_MEMORY, None)
        if row.exit_code is None or row.exit_code in ASKED_CODES:
            return None
        return self._mark(row, row.since or 0, Kind.EXIT, row.exit_code)

    def _container(self, event: Event) -> Container:
        try:
            return self._inventory.find(event.container_id)
        except Problem:  # it is gone already; the event has the labels of ours
            return Container(event.container_id, event.name, image="", state="", status="", labels=event.labels)

    def _mark(self, container: Container, at: float, kind: Kind, exit_code: int | None) -> Mark | None:
        if container.labels.get(labels.ROLE, PROCESS_ROLE) != PROCESS_ROLE:
            return None  # it ran one command, of a deployment, which tells how that went
        owner = self._owners.of([container]).get(container.id)
        if owner is None:
            is_kept = kind is Kind.OUT_OF_MEMORY
            return Mark(at, kind, None, container.name, container.id, exit_code) if is_kept else None
        return Mark(at, kind, owner.app_id, owner.process, container.id, exit_code)

    def _keep(self, marks: list[Mark]) -> None:
        while marks:
            try:
                with self._database.session() as session:
                    session.add_all(_row(mark) for mark in marks)
            except Problem as problem:
                log.warning("What happened to containers is kept in memory for now: %s", problem.message)
                threading.Event().wait(LOOK_SECONDS)
            else:
                return

    def _run(self) -> None:
        has_looked, swept_at = False, 0.0
        while True:
            try:
                if not has_looked:
                    self.look_back()
                    has_looked = True
                if time.monotonic() - swept_at >= SWEEP_SECONDS:
                    self.sweep()
                    swept_at = time.monotonic()
            except Problem as problem:
                log.info("What happened to containers is not known yet: %s", problem.message)
            except Exception:
                log.exception("What happened to containers could not be swept up")
            self._keep_some()

    def _keep_some(self) -> None:
        try:
            while self.keep_next(wait_seconds=LOOK_SECONDS):
                pass
        except Exception:
            log.exception("What happened to a container could not be kept")


def between(session: Session, app_ids: Collection[int] | None, start: float, end: float, *, most: int) -> list[Mark]:
    """The newest marks of these apps, or with None of all containers, the newest first; what several dashboards have
    seen stands there once."""
    wanted = select(MetricMarkRow).where(MetricMarkRow.at >= start, MetricMarkRow.at <= end)
    if app_ids is not None:
        wanted = wanted.where(MetricMarkRow.app_id.in_(list(app_ids)))
    rows = session.scalars(wanted.order_by(MetricMarkRow.at.desc()).limit(most))
    found = (Mark(row.at, Kind(row.kind), row.app_id, row.process, row.container_id, row.exit_code) for row in rows)
    return list(dict.fromkeys(found))


def last_seen(session: Session) -> float | None:
    """Until when the dashboard has measured, as far as that was written; None before it ever has."""
    host = select(MetricSubjectRow.id).where(MetricSubjectRow.subject == "host").scalar_subquery()
    newest = select(func.max(MetricPointRow.at)).where(MetricPointRow.subject_id == host)
    return session.scalar(newest.where(MetricPointRow.step == TIERS[0].step))


def expire(session: Session, *, now: float) -> bool:
    """Delete some of what is too old or without its app; whether there was any."""
    is_gone = MetricMarkRow.app_id.is_not(None) & MetricMarkRow.app_id.not_in(select(AppRow.id))
    too_old = MetricMarkRow.at < now - KEEP_SECONDS
    ids = session.scalars(select(MetricMarkRow.id).where(or_(too_old, is_gone)).limit(SWEPT_AT_ONCE)).all()
    session.execute(delete(MetricMarkRow).where(MetricMarkRow.id.in_(ids)))
    return bool(ids)


def _row(mark: Mark) -> MetricMarkRow:
    return MetricMarkRow(**mark._asdict() | {"process": mark.process[:255]})
