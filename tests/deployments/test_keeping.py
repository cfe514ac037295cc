"""When the keeper takes the engine for restarted, however quickly that was back."""

import time
from types import SimpleNamespace

import pytest

from paas.deployments.upkeep import keeping
from paas.deployments.upkeep.keeping import Keeper
from paas.engine import labels
from paas.engine.inventory import Health
from paas.engine.workload import Workload
from tests.waiting import eventually

LABELS = {labels.APP_NAME: "shop", labels.PROCESS: "web", labels.NUMBER: "1", labels.DEPLOYMENT_NUMBER: "4"}


class Engine:
    """An engine with one container, which serves."""

    def __init__(self):
        self.inventory = self.workloads = self
        self.health, self.breaks, self.looks = Health(ok=True), 0, 0
        self._state, self._ended_at = "running", None

    def listen(self, listener):
        self._tell = listener

    def find(self, _):
        self.looks += 1
        facts = {"restart_policy": "on-failure:10", "finished_at": self._ended_at}
        return [Workload("0123", "shop.web.1", self._state, LABELS, **facts)]

    def start(self, _):
        self._state = "running"

    @property
    def is_running(self):
        return self._state == "running"

    def restart(self):
        """So quickly that it always answered whoever asked."""
        self._state, self._ended_at = "exited", time.time()
        self.breaks += 1
        self._tell()


@pytest.fixture
def engine(monkeypatch):
    monkeypatch.setattr(keeping.recovery, "tidy", lambda _: None)
    engine = Engine()
    Keeper(SimpleNamespace(engine=engine)).start()
    eventually(lambda: engine.looks == 1, 30, what="it has looked at what a start of the machine left down")
    return engine


def test_an_engine_that_was_never_seen_away_is_known_by_its_events_that_ended(engine):
    for _ in range(3):
        engine.restart()
        eventually(lambda: engine.is_running, 30, what="what stopped with the engine is back")
