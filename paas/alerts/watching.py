"""Feeds the rules with what happens, keeps what comes of it, and hands on what is to be told.

One thread judges: after each sample, and when something else has happened. What brings it news (the sampler, the
engine's events, deployments, logs) only wakes it, so nobody ever waits for it. An engine or a database that does not
answer ends nothing: what could not be kept is judged again."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from sqlalchemy.exc import IntegrityError

from paas.accounts.permissions import Actor, Role
from paas.alerts import incidents, judging, rulebook, rules, seeds, standings
from paas.alerts.conditions import Disk, Facts
from paas.alerts.judging import Kept, Verdict
from paas.alerts.lives import Life, settle
from paas.alerts.outbox import Outbox
from paas.alerts.outcomes import Outcomes
from paas.alerts.patterns import Hub, Patterns
from paas.alerts.processes import Owned, Processes
from paas.alerts.rules import Kind, Rule
from paas.alerts.trend import Filling
from paas.apps import catalogue
from paas.apps.app import App
from paas.deployments.news import News
from paas.engine.engine import Engine
from paas.engine.events import Event
from paas.errors import Problem
from paas.metrics.readings import HostReading
from paas.metrics.snapshot import Snapshot, subject
from paas.storage.database import Database

log = logging.getLogger(__name__)

RELOAD_SECONDS = 5.0
"""How long a change of rules may take to count: it may come from another process."""

FLUSH_SECONDS = 30.0
SWEEP_SECONDS = 3_600.0
LONGEST_WAIT_SECONDS, SOON_SECONDS = 15.0, 0.5
PAUSE_SECONDS = 0.5
"""Between two judgements: a crowd of news (a log full of errors) is judged once."""

OLD_SECONDS = 60.0
"""A snapshot of before says nothing of now."""


EVERYWHERE = Actor(0, "", Role.OWNER)
"""Watches all apps."""


class Samples(Protocol):
    """The sampler, as far as it is needed here."""

    def listen(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]: ...


@dataclass(frozen=True)
class Book:
    """What the database says is to be watched."""

    rules: tuple[Rule, ...] = ()
    apps: Mapping[int, App] = field(default_factory=dict)
    silences: Mapping[int, float] = field(default_factory=dict)


class Watcher:
    """``start`` begins; ``tick`` is one judgement, which tests call by themselves. Of several dashboards that share
    their data one judges: ``is_ours`` says whether it is this one, or has become so."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        owners: Owned,
        *,
        hub: Hub,
        news: News,
        outbox: Outbox,
        is_ours: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._engine, self._news = database, engine, news
        self._outbox, self._is_ours, self._clock = outbox, is_ours, clock
        self._is_news, self._has_ended = threading.Event(), threading.Event()
        self._processes = Processes(engine, owners, clock=clock)
        self._patterns = Patterns(hub, self._is_news.set, clock=clock)
        self._data_disk, self._engine_disk = Filling(), Filling()
        self._snapshot: Snapshot | None = None
        self._book = Book()
        self._standings: dict[int, dict[str, Kept]] = {}
        self._dirty: set[tuple[int, str]] = set()
        self._outcomes = Outcomes(database)
        self._has_loaded = False
        self._reloaded_at = self._flushed_at = self._swept_at = 0.0
        self._endings: list[Callable[[], None]] = []

    def start(self, samples: Samples) -> None:
        self._endings = [
            samples.listen(self.take_snapshot),
            self._engine.inventory.follow(self.take_event),
            self._engine.inventory.listen(self._is_news.set),
            self._news.listen(self.take_deployment),
        ]
        threading.Thread(target=self._run, name="alerts", daemon=True).start()

    def stop(self) -> None:
        for end in self._endings:
            end()
        self._has_ended.set()
        self._is_news.set()
        self._patterns.stop()

    # What happens elsewhere; nothing of it waits

    def take_snapshot(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._is_news.set()

    def take_event(self, event: Event) -> None:
        if self._processes.take(event):
            self._is_news.set()

    def take_deployment(self, deployment_id: int) -> None:
        self._outcomes.take(deployment_id)
        self._is_news.set()

    # The thread

    def _run(self) -> None:
        while not self._has_ended.is_set():
            self._is_news.wait(SOON_SECONDS if self._processes.is_waiting else LONGEST_WAIT_SECONDS)
            self._is_news.clear()
            try:
                self.tick()
            except Problem as problem:
                log.warning("Alerts are judged again in a moment: %s", problem.message)
            except Exception:
                log.exception("Alerts could not be judged")
            self._has_ended.wait(PAUSE_SECONDS)

    def tick(self) -> None:
        """Judge what is known now, unless another process does."""
        if not self._is_ours():
            self._processes.drop()
            self._has_loaded, self._reloaded_at = False, 0.0
            return
        now = self._clock()
        if not 0 <= now - self._reloaded_at < RELOAD_SECONDS:
            self._reload(now)
        self._outcomes.read()
        facts = self._facts(now)
        verdicts = judging.judge(self._book.rules, facts, self._standings)
        self._keep([verdict for verdict in verdicts if verdict.is_news])
        for verdict in verdicts:
            if not verdict.is_news:
                self._remember(verdict, replace(verdict.before, standing=verdict.after))
        settle(facts.lives.values())
        self._patterns.settle()
        self._tidy(now)

    def _reload(self, now: float) -> None:
        with self._database.session() as session:
            if not self._has_loaded:
                seeds.sow(session)
                self._standings = standings.load(session)
                self._outcomes.load(session)
                self._has_loaded = True
            apps = {app.id: app for app in catalogue.visible(session, EVERYWHERE)}
            book = Book(tuple(rulebook.watched(session)), apps, rulebook.silences(session))
        self._forget_changed(book.rules)
        self._book, self._reloaded_at = book, now
        self._patterns.want(book.rules, apps)

    def _forget_changed(self, found: tuple[Rule, ...]) -> None:
        """What a rule found that is another one now is forgotten in the database already."""
        before = {rule.id: rule.changed_at for rule in self._book.rules}
        now = {rule.id: rule.changed_at for rule in found}
        for rule_id in tuple(self._standings):
            is_same = rule_id in now and before.get(rule_id, now[rule_id]) == now[rule_id]
            if not is_same:
                del self._standings[rule_id]

    # What is known

    def _facts(self, now: float) -> Facts:
        book, snapshot = self._book, self._fresh_snapshot(now)
        apps = book.apps
        is_engine_known, lives = self._lives(now, apps)
        facts = Facts(
            at=now,
            is_engine_known=is_engine_known,
            names={app_id: app.name for app_id, app in apps.items()},
            lives=lives,
            deployments={app_id: each for app_id, each in self._outcomes.by_app.items() if app_id in apps},
            counted=self._patterns.counted,
            tells_of_memory=self._tells_of_memory,
            is_silent=lambda rule, app_id: _is_silent(book, rule, app_id, now),
        )
        if snapshot is None:
            return replace(facts, stale_apps=frozenset(apps))
        for reading in snapshot.containers.values():
            life = lives.get(subject(reading))
            if life is not None and reading.usage.memory_limit < snapshot.host.memory_total:
                life.limit_bytes = reading.usage.memory_limit
        stale = frozenset(app_id for app_id, app in snapshot.apps().items() if app.is_stale)
        return replace(
            facts, figures=snapshot.figures(), stale_apps=stale, disks=self._disks(snapshot.host, snapshot.at)
        )

    def _fresh_snapshot(self, now: float) -> Snapshot | None:
        snapshot = self._snapshot
        return None if snapshot is None or abs(now - snapshot.at) > OLD_SECONDS else snapshot

    def _lives(self, now: float, apps: Mapping[int, App]) -> tuple[bool, Mapping[str, Life]]:
        if not self._engine.health.ok:
            return False, {}
        try:
            return True, self._processes.lives(now, {app_id: app.memory_bytes for app_id, app in apps.items()})
        except Problem:
            return False, {}

    def _disks(self, host: HostReading, at: float) -> tuple[Disk, ...]:
        found = [("its data", self._data_disk, host.disk_used, host.disk_total)]
        if host.engine_disk_used is not None and host.engine_disk_total is not None:
            found.append(("the engine", self._engine_disk, host.engine_disk_used, host.engine_disk_total))
        for _, filling, used, total in found:
            filling.take(at, used, total)
        return tuple(Disk(what, filling, 100 * used / total if total else 0.0) for what, filling, used, total in found)

    def _tells_of_memory(self, app_id: int) -> bool:
        return any(rule.kind is Kind.OUT_OF_MEMORY and rules.is_about(rule, app_id) for rule in self._book.rules)

    # What comes of it

    def _keep(self, verdicts: list[Verdict]) -> None:
        if not verdicts:
            return
        try:
            with self._database.session() as session:
                kept = standings.record(session, verdicts, self._outbox)
        except IntegrityError:
            self._reloaded_at = 0.0  # a rule or an app was removed in this very moment
            return
        for verdict, now in kept.items():
            self._remember(verdict, now)
            self._dirty.discard((verdict.rule.id, verdict.subject))
        if any(verdict.turn is not None for verdict in kept):
            self._outbox.wake()

    def _remember(self, verdict: Verdict, kept: Kept) -> None:
        of_rule = self._standings.setdefault(verdict.rule.id, {})
        if kept.standing.is_idle:
            of_rule.pop(verdict.subject, None)
        else:
            of_rule[verdict.subject] = kept
        self._dirty.add((verdict.rule.id, verdict.subject))

    def _tidy(self, now: float) -> None:
        """Write down what is no news, and remove what is too old."""
        if self._dirty and not 0 <= now - self._flushed_at < FLUSH_SECONDS:
            self._flushed_at, dirty, self._dirty = now, self._dirty, set()
            with self._database.session() as session:
                for rule_id, what in sorted(dirty):
                    standings.keep(session, rule_id, what, self._standings.get(rule_id, {}).get(what))
        if not 0 <= now - self._swept_at < SWEEP_SECONDS:
            self._swept_at = now
            with self._database.session() as session:
                incidents.sweep(session, now)


def _is_silent(book: Book, rule: Rule, app_id: int | None, now: float) -> bool:
    if rule.silent_until is not None and now < rule.silent_until:
        return True
    return app_id is not None and now < book.silences.get(app_id, 0.0)
