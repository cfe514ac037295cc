"""What is measured, and what people are told of it."""

import pytest

from paas.alerts import incidents
from paas.alerts.rules import About, Direction, Kind, Wanted
from paas.apps import catalogue
from paas.apps.app import Wanted as WantedApp
from tests.alerts.scene import NOW, busy
from tests.metrics.samples import GB, container, usage

BUSY = Wanted("Busy", Kind.METRIC, metric="cpu", threshold=80.0, minutes=5, cooldown_minutes=30)


def test_metric_fires_once_and_recovers_once(scene, rule, shop, people, database):
    rule(BUSY)
    scene.run(shop)
    scene.measure(busy(shop, 93.4))
    scene.pass_time(290)
    assert scene.said() == []
    scene.pass_time(600)
    assert scene.said() == [("firing", "shop: CPU 93.4 % of a core, above 80 % of a core for 5 min")]
    scene.measure(busy(shop, 10.0))
    scene.pass_time(600)
    assert scene.said() == [("recovered", "shop: CPU 10 % of a core, no longer above 80 % of a core")]
    with database.session() as session:
        (incident,) = incidents.visible(session, people["eve"])
    assert (incident.began_at, incident.fired_at) == (NOW + 10, NOW + 310)
    assert incident.recovered_at == NOW + 890 + 10 + 120
    assert scene.woken == 2


def test_restarts_of_the_dashboard_change_nothing(scene, rule, shop):
    """Every 40 s, each of 20 s, in which nobody measures."""
    rule(BUSY)
    scene.run(shop)
    for percent in (93.0, 10.0):
        scene.measure(busy(shop, percent))
        for _ in range(15):
            scene.pass_time(40)
            scene.now += 20
            scene.new_watcher()
    assert [state for state, _ in scene.said()] == ["firing", "recovered"]


def test_stale_readings_neither_fire_nor_recover(scene, rule, shop):
    rule(BUSY)
    scene.run(shop)
    stale = container("shop.web.1", app_id=shop.id, usage=usage(cpu_percent=99.0), is_stale=True)
    scene.measure(stale)
    scene.pass_time(1_000)
    assert scene.said() == []
    scene.measure(busy(shop, 99.0))
    scene.pass_time(400)
    assert [state for state, _ in scene.said()] == ["firing"]
    scene.measure(stale)
    with scene.engine_away():
        scene.pass_time(1_000)
    assert scene.said() == []


def test_app_that_was_stopped_is_over(scene, rule, shop):
    rule(BUSY)
    scene.measure(busy(shop, 99.0))
    scene.pass_time(400)
    scene.said()
    scene.measure(container("other"))
    scene.pass_time(200)
    assert scene.said() == [("recovered", "shop is gone or was stopped")]


@pytest.mark.parametrize(
    ("wanted", "host", "text"),
    [
        (
            Wanted("x", Kind.METRIC, About.MACHINE, metric="disk_percent", threshold=90.0, minutes=0),
            {"disk_percent": 93.0},
            "The machine: Disk 93 %, above 90 %",
        ),
        (
            Wanted("x", Kind.METRIC, About.MACHINE, metric="load", threshold=4.0, minutes=1),
            {"load": (8.5, 1.0, 1.0)},
            "The machine: Load over a minute 8.5, above 4 for 1 min",
        ),
        (
            Wanted("x", Kind.METRIC, About.MACHINE, None, "network_sent", Direction.BELOW, 1_024.0, 1),
            {"network_sent": 12.0},
            "The machine: Network sent 12 B/s, below 1 KiB/s for 1 min",
        ),
    ],
)
def test_machine_is_measured_too(scene, rule, wanted, host, text):
    rule(wanted)
    scene.measure(**host)
    scene.pass_time(120)
    assert scene.said() == [("firing", text)]


def test_memory_is_seen_in_each_process(scene, rule, shop):
    """A small one that is full is not to be lost in a large sum."""
    rule(Wanted("x", Kind.METRIC, metric="memory_percent", threshold=90.0, minutes=0))
    scene.measure(
        container(
            "a", app_id=shop.id, process="web.1", usage=usage(memory_used=20, memory_limit=100, memory_percent=20.0)
        ),
        container(
            "b", app_id=shop.id, process="worker.1", usage=usage(memory_used=99, memory_limit=100, memory_percent=99.0)
        ),
    )
    scene.tick()
    assert scene.said() == [("firing", "shop, worker.1: Memory of its limit 99 %, above 90 %")]


def test_rule_of_one_app_leaves_the_others_alone(scene, rule, shop, people, database):
    with database.session() as session:
        many = [
            catalogue.create(session, people["ada"], WantedApp(f"app{n}", repository="https://a.org/b"))
            for n in range(12)
        ]
    rule(Wanted("x", Kind.METRIC, About.APP, shop.id, "cpu", threshold=80.0, minutes=0))
    scene.measure(*(busy(app, 99.0) for app in [shop, *many]))
    scene.tick()
    assert [change.app_id for change in scene.told] == [shop.id]


def test_disk_that_fills_is_told_of_in_time_and_once(scene, rule):
    rule(Wanted("x", Kind.DISK_FILLING, About.MACHINE, hours=12))
    for minute in range(120):
        scene.measure(disk_used=40 * GB + minute * GB // 10, disk_total=100 * GB)
        scene.pass_time(60, every=60)
    ((state, text),) = scene.said()
    assert state == "firing"
    assert text.startswith("The machine: the disk of its data will be full in about ")
    for _ in range(180):
        scene.pass_time(60, every=60)
    assert scene.said() == [("recovered", "The machine: no disk is about to be full")]
