"""An engine with apps on it as those who watch know one, with a clock that a test moves."""

from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

from paas.alerts.change import Change
from paas.alerts.watching import Watcher
from paas.apps.app import App
from paas.concurrency.turns import Turns
from paas.deployments.news import News
from paas.engine import labels
from paas.engine.containers import Container
from paas.engine.events import Event
from paas.engine.inventory import Health
from paas.errors import NotFound, Unavailable
from paas.metrics.owners import Owner
from tests.metrics import samples

NOW = 2_000_000_000.0
"""After anything that a test makes by the real clock."""


def busy(app: App, percent: float):
    """Its process uses so much of a core."""
    return samples.container(f"{app.name}.web.1", app_id=app.id, usage=samples.usage(cpu_percent=percent))


class Scene:
    """``told`` is what people were told."""

    def __init__(self, database, hub=None) -> None:
        self.database, self.hub, self.now = database, hub, NOW
        self.rows: dict[str, Container] = {}
        self.policies: dict[str, str] = {}
        self.told: list[Change] = []
        self.woken, self.is_ours = 0, True
        self.turns, self.news = Turns(), News()
        self.health = Health(ok=True)
        self.readings: list = []
        self.inventory = self.workloads = self
        self.watcher = self.new_watcher()

    def new_watcher(self) -> Watcher:
        """As after a restart of the dashboard."""
        self.watcher = Watcher(
            self.database,
            self,
            self.owners,
            hub=self.hub or SimpleNamespace(watch_app=self._no_logs),
            news=self.news,
            outbox=self,
            is_ours=lambda: self.is_ours,
            clock=lambda: self.now,
        )
        return self.watcher

    # As the engine, its inventory, its workloads, and whoever knows whose a container is

    def all(self) -> tuple[Container, ...]:
        return tuple(self.rows.values())

    def inspect(self, container_id: str) -> SimpleNamespace:
        row = next(row for row in self.rows.values() if row.id == container_id)
        return SimpleNamespace(labels=row.labels, restart_policy=self.policies.get(row.id, "on-failure:10"))

    def owners(self, rows: Iterable[Container]) -> dict[str, Owner]:
        return {
            row.id: Owner(int(row.labels["test.app"]), row.labels["test.process"])
            for row in rows
            if "test.app" in row.labels
        }

    @staticmethod
    def _no_logs(_app, _outlet, *, tail):
        raise NotFound("There is no log here.")

    # As the outbox

    def notify(self, _session, change: Change) -> None:
        self.told.append(change)

    def wake(self) -> None:
        self.woken += 1

    # What a test has happen

    def run(self, app: App, process: str = "web.1", *, deployment: int = 1, **changes: object) -> str:
        """A container that serves; its name."""
        kind, _, number = process.rpartition(".")
        name = f"{app.name}.{process}"
        ours = {
            labels.APP: str(app.id), labels.APP_NAME: app.name, labels.ROLE: "process", labels.PROCESS: kind,
            labels.NUMBER: number, labels.DEPLOYMENT: str(deployment), labels.DEPLOYMENT_NUMBER: str(deployment),
            labels.RESTART: "on-failure:10", "test.app": str(app.id), "test.process": process,
        }  # fmt: skip
        row = Container(f"{name}-{deployment}", name, "app", "running", "Up", since=self.now, labels=ours)
        self.rows[name] = replace(row, **changes)
        return name

    def event(self, name: str, action: str, **more: object) -> None:
        row = self.rows[name]
        self.watcher.take_event(Event(action, row.id, self.now, row.name, labels=row.labels, **more))

    def set(self, key: str, **changes: object) -> None:
        self.rows[key] = replace(self.rows[key], **changes)

    def die(self, name: str, code: int = 1, *, restarts: bool = True, out_of_memory: bool = False) -> None:
        if out_of_memory:
            self.event(name, "oom")
        self.event(name, "die", exit_code=code)
        self.set(name, state="exited", since=self.now, exit_code=code, out_of_memory=out_of_memory)
        if restarts:
            self.set(name, state="running", since=self.now + 0.1, exit_code=None, out_of_memory=False)

    @contextmanager
    def engine_away(self):
        self.health = Health(ok=False, message="The engine does not answer.")
        yield
        self.health = Health(ok=True)

    def measure(self, *readings, **host: object) -> None:
        """What the sampler reads from now on."""
        self.readings, self.host = list(readings), host

    def pass_time(self, seconds: float, *, every: float = 10.0) -> None:
        """Samples come and are judged, as long as this."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(self.now + every, end)
            self.tick()

    def tick(self) -> None:
        if self.readings or getattr(self, "host", None):
            fresh = [replace(each, at=self.now) for each in self.readings]
            self.watcher.take_snapshot(samples.snapshot(*fresh, at=self.now, **getattr(self, "host", {})))
        self.watcher.tick()

    def said(self) -> list[tuple[str, str]]:
        """All that was told, and forget it."""
        told, self.told = self.told, []
        return [(change.state.value, change.text) for change in told]

    def fail_database(self, monkeypatch) -> None:
        @contextmanager
        def session():
            raise Unavailable("The database does not answer.")
            yield

        monkeypatch.setattr(self.database, "session", session)
