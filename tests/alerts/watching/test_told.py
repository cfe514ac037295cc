"""Deployments, silences, changes of rules, and a database that fails: what people are told."""

import time

import pytest

from paas.alerts import incidents, rulebook, seeds, standings
from paas.alerts.rules import About, Kind, Wanted
from paas.deployments import requests
from paas.deployments.history import Records
from paas.deployments.stages import Stage, Status
from paas.errors import Unavailable
from tests.alerts.scene import NOW, Scene, busy

BUSY = Wanted("Busy", Kind.METRIC, metric="cpu", threshold=80.0, minutes=5, cooldown_minutes=30)
DIED = Wanted("Died", Kind.DIED, minutes=1)


@pytest.fixture
def records(scene, database):
    scene.news.listen(scene.watcher.take_deployment)
    return Records(database, scene.news)


@pytest.fixture
def deploy(records, database, shop, people, rule):
    """``deploy(status)``: a deployment that ends so."""

    def deploy(status):
        with database.session() as session:
            deployment = requests.request(session, people["bob"], shop, trigger="page")
        records.enter(deployment.id, Stage.STARTING)
        if status is Status.SUCCESS:
            records.enter(deployment.id, Stage.COMPLETED)
        else:
            records.end(deployment.id, status, "The build failed at step 3.\nMore of it.")

    return deploy


def test_deployment_that_failed_is_told_until_one_succeeds(scene, deploy, database):
    scene.now = time.time()
    with database.session() as session:
        rulebook.insert(session, Wanted("x", Kind.DEPLOYMENT_FAILED, cooldown_minutes=0))
    for status in (Status.CANCELLED, Status.FAILED, Status.INTERRUPTED, Status.FAILED):
        deploy(status)
        scene.pass_time(1, every=1)
    assert scene.said() == [("firing", "shop: deployment 2 failed: The build failed at step 3.")]
    scene.new_watcher()
    scene.pass_time(20)
    assert scene.said() == []
    scene.news.listen(scene.watcher.take_deployment)
    deploy(Status.SUCCESS)
    scene.pass_time(1)
    assert scene.said() == [("recovered", "shop was deployed")]


def test_deployment_that_failed_before_there_was_a_rule_is_not_told(scene, deploy, rule):
    deploy(Status.FAILED)
    rule(Wanted("x", Kind.DEPLOYMENT_FAILED))
    scene.pass_time(20)
    assert scene.said() == []


def test_silence_of_an_app_or_a_rule_puts_notices_off(scene, rule, shop, database, people, monkeypatch):
    made = rule(DIED)
    web = scene.run(shop)
    with database.session() as session:
        monkeypatch.setattr(rulebook.time, "time", lambda: scene.now)
        rulebook.silence_app(session, people["bob"], shop, scene.now + 100)
    scene.tick()
    scene.die(web, restarts=False)
    scene.pass_time(90)
    assert scene.said() == []
    with database.session() as session:
        assert [each.is_open for each in incidents.visible(session, people["bob"])] == [True]
        rulebook.silence(session, people["ada"], made, scene.now + 100)
    scene.pass_time(90)
    assert scene.said() == []
    scene.pass_time(30)
    assert scene.said() == [("firing", "shop: web.1 ended with code 1 and does not run")]


def test_rule_that_is_changed_or_removed_begins_anew_without_a_word(scene, rule, shop, database, people):
    made = rule(BUSY)
    scene.measure(busy(shop, 99.0))
    scene.pass_time(400)
    scene.said()
    with database.session() as session:
        changed = rulebook.change(session, people["ada"], made, threshold=90.0)
        assert [each.is_open for each in incidents.visible(session, people["ada"])] == [False]
    scene.pass_time(600)
    assert [state for state, _ in scene.said()] == ["firing"]
    with database.session() as session:
        rulebook.remove(session, people["ada"], changed)
    scene.measure(busy(shop, 1.0))
    scene.pass_time(600)
    assert scene.said() == []
    with database.session() as session:
        assert standings.visible(session, people["ada"]) == []


def test_how_rules_stand_is_shown_to_whom_it_concerns(scene, rule, shop, people, database):
    made = rule(BUSY)
    rule(Wanted("x", Kind.METRIC, About.MACHINE, metric="cpu", threshold=10.0, minutes=0))
    scene.measure(busy(shop, 99.0))
    scene.pass_time(400)
    with database.session() as session:
        shown = {who: standings.visible(session, people[who]) for who in ("ada", "eve", "mallory")}
    assert {who: [each.subject for each in found] for who, found in shown.items()} == {
        "ada": ["host", f"app/{shop.id}"],
        "eve": [f"app/{shop.id}"],
        "mallory": [],
    }
    assert (shown["eve"][0].rule_id, shown["eve"][0].state.value, shown["eve"][0].since) == (
        made.id,
        "firing",
        NOW + 310,
    )


def test_database_that_fails_loses_nothing(scene, rule, shop, monkeypatch):
    rule(DIED)
    web = scene.run(shop)
    scene.pass_time(60)
    with monkeypatch.context() as patched:
        scene.fail_database(patched)
        scene.die(web)
        for _ in range(3):
            scene.now += 2
            with pytest.raises(Unavailable):
                scene.tick()
    scene.pass_time(5)
    assert [state for state, _ in scene.said()] == ["firing"]


def test_of_two_dashboards_one_judges_and_the_other_takes_over(scene, rule, shop):
    rule(DIED)
    web = scene.run(shop)
    first, second = scene.watcher, scene.new_watcher()
    second.tick()
    scene.is_ours = False
    scene.die(web)
    scene.pass_time(60)
    assert scene.said() == []
    scene.is_ours, scene.watcher = True, first
    scene.pass_time(60)
    scene.watcher = second
    scene.pass_time(60)
    assert scene.said() == []  # what had ended was the other's to tell
    scene.die(web)
    scene.pass_time(20)
    assert [state for state, _ in scene.said()] == ["firing"]


def test_what_comes_back_within_the_cooldown_is_the_same_incident(scene, rule, shop, database, people):
    rule(DIED)
    web = scene.run(shop)
    for _ in range(3):
        scene.pass_time(120)
        scene.die(web)
    scene.pass_time(20)
    with database.session() as session:
        (incident,) = incidents.visible(session, people["bob"])
    assert (incident.times, incident.is_open) == (3, True)
    assert [state for state, _ in scene.said()] == ["firing", "recovered"]


def test_rules_that_are_there_from_the_start_come_once(database, people, shop):
    scene = Scene(database)
    scene.tick()
    with database.session() as session:
        found = rulebook.visible(session, people["ada"])
        assert {rule.name for rule in found} == {seed.name for seed in seeds.SEEDS.values()}
        rulebook.remove(session, people["ada"], found[0])
    scene.new_watcher()
    scene.tick()
    with database.session() as session:
        assert rulebook.visible(session, people["ada"]) == found[1:]
