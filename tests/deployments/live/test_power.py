"""Stopping, starting and restarting what serves, and what is left alone by it."""

import pytest

from paas.accounts.permissions import Actor, Role
from paas.deployments import power, processes
from paas.errors import Conflict, Forbidden
from tests.deployments.live.yard import ADA
from tests.end_to_end import samples

UPTIME = {"type": "startup", "uptime": 1}


@pytest.fixture
def switch(yard):
    """``switch(power.stop, app)`` as a page does it."""

    def switch(how, app, actor=ADA):
        how(yard.means.database, yard.means.engine, actor, yard.reloaded(app))

    return switch


@pytest.fixture
def shop(yard):
    checks = [{"type": "startup", "path": "/", "attempts": 20, "wait": 1}]
    app = yard.app(samples.web("version 1", checks=checks), restart_policy="always")
    yard.deploy(app)
    return app


def serving(yard, app):
    return yard.containers(app)["shop.web.1"]


def test_what_was_stopped_stays_stopped_and_starts_again_as_it_was(yard, shop, switch):
    before = serving(yard, shop)
    switch(power.stop, shop)
    stopped = serving(yard, shop)
    assert (stopped.is_running, stopped.restart_policy) == (False, "no")
    switch(power.start, shop)
    started = serving(yard, shop)
    assert (started.id, started.is_running, started.restart_policy) == (before.id, True, "always")


def test_restart_starts_anew_what_runs_and_what_does_not(yard, shop, switch):
    before = serving(yard, shop)
    switch(power.restart, shop)
    after = serving(yard, shop)
    assert after.is_running
    assert after.started_at > before.started_at
    switch(power.stop, shop)
    switch(power.restart, shop)
    assert serving(yard, shop).is_running


def test_stopped_app_is_deployed_as_any_other(yard, shop, switch):
    switch(power.stop, shop)
    yard.deploy(shop)
    assert yard.running(shop) == ["shop.web.1"]


def test_failed_deployment_leaves_what_was_stopped_before_it_stopped(yard, shop, switch):
    switch(power.stop, shop)
    yard.commit(shop, {"Dockerfile": "FROM nothing-of-that-name\n"})
    yard.deploy(shop, status="failed")
    assert yard.running(shop) == []


def test_old_and_failed_containers_are_left_alone(yard, shop, switch):
    yard.deploy(shop)
    switch(power.restart, shop)
    assert yard.running(shop) == ["shop.web.1"]


def test_nothing_is_switched_under_a_deployment_nor_before_the_first(yard, shop, switch):
    yard.request(shop)
    with pytest.raises(Conflict, match="Deployment 2 of shop is under way"):
        switch(power.stop, shop)
    with pytest.raises(Conflict, match="was not deployed yet"):
        switch(power.start, yard.app(samples.web("version 1"), name="other"))


def test_who_may_not_deploy_may_not_stop(yard, shop, switch):
    with pytest.raises(Forbidden):
        switch(power.stop, shop, Actor(7, "eve", Role.MEMBER))
    assert yard.running(shop) == ["shop.web.1"]


def test_processes_are_those_of_what_serves(yard):
    files = samples.with_procfile("1", f"web: {samples.SERVES}\nworker: sleep 100\nrelease: true\n", worker=[UPTIME])
    app = yard.app(files, scale={"worker": 2})
    with yard.means.database.session() as session:
        assert [each.name for each in processes.of_app(session, yard.means.vault, app)] == ["worker"]
    yard.deploy(app)
    app = yard.reloaded(app)
    with yard.means.database.session() as session:
        found = processes.of_app(session, yard.means.vault, app)
    assert [(each.name, each.wanted) for each in found] == [("web", 1), ("worker", 2)]
    assert found[1].command == "sleep 100"


def test_a_deployment_that_is_requested_during_a_restart_waits_for_its_end(yard, shop, switch, monkeypatch):
    """And what it replaces is what the restart has left."""
    turns, seen = yard.means.engine.turns, []
    start = power._start

    def requested_meanwhile(workloads, workload):
        with turns.take(shop.id, wait=False) as is_ours:
            seen.append(is_ours)
        start(workloads, workload)

    monkeypatch.setattr(power, "_start", requested_meanwhile)
    switch(power.restart, shop)
    assert seen == [False]


def test_nothing_is_switched_while_somebody_changes_the_containers(yard, shop, switch, monkeypatch):
    monkeypatch.setattr("paas.concurrency.turns.PATIENCE_SECONDS", 0.01)
    before = serving(yard, shop)
    with yard.means.turns.take(shop.id), pytest.raises(Conflict, match="Try again in a moment"):
        switch(power.restart, shop)
    assert serving(yard, shop) == before
