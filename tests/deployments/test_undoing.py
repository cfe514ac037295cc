"""How the version before comes back, by histories of the engine's answers."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest

from paas.deployments.pipeline import undoing
from paas.deployments.pipeline.undoing import bring_back, start_again_if_it_stops
from paas.engine import labels
from paas.engine.workload import Workload
from paas.errors import NotFound, Unavailable

LABELS = {labels.APP_NAME: "shop", labels.PROCESS: "web", labels.NUMBER: "1", labels.DEPLOYMENT_NUMBER: "4"}
RUNS = Workload("0123", "shop.web.1", "running", LABELS)
ENDED = Workload("0123", "shop.web.1", "exited", LABELS)
RETIRED = Workload("0123", "shop.web.1.d4", "exited", LABELS)
AWAY, GONE = Unavailable("The engine does not answer."), NotFound("Container not found")


class Told:
    """An engine that answers one thing after another; what it was asked to start stands in ``started``."""

    def __init__(self, *answers):
        self._answers, self.started = list(answers), []

    def inspect(self, _):
        return self._next()

    def start(self, container_id):
        self._next()
        self.started.append(container_id)

    def _next(self):
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(("answers", "started"), [
    ([RUNS, RUNS, ENDED, "started"], ["0123"]),
    ([RUNS, AWAY, AWAY, ENDED, "started"], ["0123"]),
    ([ENDED, AWAY, ENDED, "started"], ["0123"]),
    ([RUNS, RETIRED], []),
    ([RUNS, GONE], []),
], ids=["stops", "stops with the engine", "stops as the engine goes", "retired anew", "removed"])  # fmt: skip
def test_it_is_watched_until_it_has_stopped_whatever_the_engine_does_meanwhile(answers, started, monkeypatch):
    monkeypatch.setattr(undoing, "WATCH_SECONDS", 0.001)
    engine = Told(*answers)
    start_again_if_it_stops(engine, "0123")
    assert engine.started == started
    assert engine._answers == []


class AllAtOnce:
    """An engine on which no container starts before all of them are asked to."""

    def __init__(self, count):
        self._barrier = threading.Barrier(count, timeout=30)
        self.names = []

    def set_restart_policy(self, *_):
        pass

    def start(self, _):
        self._barrier.wait()

    def rename(self, _, name):
        self.names.append(name)


class Stops:
    """An engine with one container, which has been asked to stop and now does."""

    def __init__(self):
        self.name, self.started = RETIRED.name, False

    def inspect(self, _):
        return replace(ENDED, name=self.name)

    def start(self, _):
        self.started = True

    def rename(self, _, name):
        self.name = name

    def set_restart_policy(self, *_):
        pass


def before(number, **facts):
    """A container of the version before, which is on its way out."""
    own = {**LABELS, labels.NUMBER: number, labels.RESTART: "always"}
    return replace(RETIRED, id=number, name=f"shop.web.{number}.d4", finished_at=20.0, labels=own, **facts)


def run_on(engine, old):
    return SimpleNamespace(
        means=SimpleNamespace(engine=SimpleNamespace(workloads=engine)),
        deployment=SimpleNamespace(started_at=10.0),
        release=None,
        say=lambda _: None,
        of_app=lambda: old,
    )


def test_containers_of_the_version_before_are_started_all_at_once():
    old = [before(number) for number in "123"]
    engine = AllAtOnce(len(old))
    bring_back(run_on(engine, old), old, engine_was_lost=False)
    assert engine.names == ["shop.web.1", "shop.web.2", "shop.web.3"]


def test_one_that_stops_only_now_has_its_name_back_before_it_is_watched(monkeypatch):
    monkeypatch.setattr(undoing, "concurrency", SimpleNamespace(start=lambda function, *args: function(*args)))
    old, engine = [before("1", state="running")], Stops()
    bring_back(run_on(engine, old), old, engine_was_lost=False)
    assert engine.started
