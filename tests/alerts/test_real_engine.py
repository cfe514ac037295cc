"""On a real engine, in one go: what runs out of memory, what cannot stay up, and what was stopped here."""

import threading
import time
from types import SimpleNamespace

import pytest

from paas.alerts import incidents, rulebook, seeds
from paas.alerts.rules import Kind, Wanted
from paas.alerts.watching import Watcher
from paas.apps import catalogue
from paas.apps.app import Wanted as WantedApp
from paas.deployments import power
from paas.deployments.news import News
from paas.engine import inventory as inventory_module
from paas.engine import labels
from paas.engine.engine import Engine
from paas.engine.workload import Plan
from paas.metrics.owners import Owners
from paas.settings import Settings
from paas.storage.database import Database
from tests import images
from tests.engine.scripted_docker import EndingThread
from tests.waiting import eventually

INSTANCE = "alerts0123456789"
HOGS = "[ -e /tried ] && exec sleep 600; echo > /tried; exec awk 'BEGIN { s = \"x\"; while (1) s = s s }'"
LOOPS = "echo >> /tries; [ $(wc -l < /tries) -gt 3 ] && exec sleep 600; exit 7"
SITS = "exec sleep 600"

pytestmark = pytest.mark.engine


@pytest.fixture
def database(tmp_path, newest_schema):
    (tmp_path / "quayside.db").write_bytes(newest_schema.read_bytes())
    database = Database(f"sqlite:///{tmp_path}/quayside.db")
    yield database
    database.close()


@pytest.fixture
def engine(real_engine, monkeypatch):
    """It is followed until the test has ended."""
    threads = SimpleNamespace(Event=threading.Event, Thread=EndingThread, Lock=threading.Lock)
    monkeypatch.setattr(inventory_module, "threading", threads)
    engine = Engine(Settings(docker_host=real_engine.host), INSTANCE)
    before = set(threading.enumerate())
    engine.start()
    eventually(lambda: engine.health.ok)
    yield engine

    def end(*_args, **_more):
        raise SystemExit

    engine.inventory._client = SimpleNamespace(calling=end)
    engine.inventory._containers = SimpleNamespace(list=end)
    engine.inventory.follow(end)
    for workload in engine.workloads.find():
        engine.workloads.remove(workload.id)
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("inventory"):
            thread.join(30)
            assert not thread.is_alive(), thread.name


@pytest.fixture
def shop(database, people):
    """Its deployment 1 serves."""
    with database.session() as session:
        app = catalogue.create(session, people["bob"], WantedApp("shop", repository="https://a.org/b"))
        app = catalogue.change(session, people["bob"], app, memory_bytes=16 << 20)
        catalogue.set_current(session, app.id, 1)
    return app


@pytest.fixture
def run(engine, shop):
    def run(process, command):
        ours = {
            labels.APP: str(shop.id), labels.APP_NAME: "shop", labels.ROLE: "process", labels.PROCESS: process,
            labels.NUMBER: "1", labels.DEPLOYMENT: "1", labels.DEPLOYMENT_NUMBER: "1", labels.RESTART: "on-failure:10",
        }  # fmt: skip
        plan = Plan(
            f"shop.{process}.1", images.BUSYBOX, ours, command=("sh", "-c", command), restart_policy="on-failure:10",
            memory_bytes=16 << 20,
        )  # fmt: skip
        engine.workloads.start(engine.workloads.create(plan))

    engine.workloads.ensure_network()
    return run


@pytest.fixture
def told():
    return []


@pytest.fixture
def clock():
    """Runs as ours does, ``ahead`` of it by as much as the test says."""
    return SimpleNamespace(ahead=0.0)


@pytest.fixture
def watcher(database, engine, told, clock, monkeypatch):
    monkeypatch.setattr(seeds, "SEEDS", {})
    with database.session() as session:
        for wanted in (
            Wanted("Memory", Kind.OUT_OF_MEMORY, minutes=10),
            Wanted("Loop", Kind.RESTART_LOOP, times=3, minutes=10),
            Wanted("Died", Kind.DIED, minutes=10),
        ):
            rulebook.insert(session, wanted)
    watcher = Watcher(
        database,
        engine,
        Owners(database, INSTANCE).of,
        hub=SimpleNamespace(),
        news=News(),
        outbox=SimpleNamespace(notify=lambda _session, change: told.append(change), wake=lambda: None),
        clock=lambda: time.time() + clock.ahead,
    )
    engine.inventory.follow(watcher.take_event)
    watcher.tick()
    return watcher


def test_want_of_memory_and_a_restart_loop_fire_and_recover_once(
    database, engine, shop, run, watcher, told, clock, people
):
    for process, command in (("hog", HOGS), ("loop", LOOPS), ("sitter", SITS)):
        run(process, command)
    firing = {("Memory", "hog.1"), ("Loop", "loop.1"), ("Died", "loop.1")}

    def judged(condition):
        watcher.tick()
        return condition()

    def have_fired():
        assert heard(told, "firing") == firing
        return True

    eventually(lambda: judged(have_fired), 60)
    eventually(lambda: judged(lambda: all(each.state == "running" for each in engine.workloads.find())), 60)
    power.stop(database, engine, people["bob"], shop)
    eventually(lambda: judged(lambda: all(row.state == "exited" for row in engine.inventory.all())), 60)
    power.start(database, engine, people["bob"], shop)
    eventually(lambda: judged(lambda: all(row.state == "running" for row in engine.inventory.all())), 60)
    for minutes in range(13):  # without a gap
        clock.ahead = minutes * 60.0
        watcher.tick()
    assert heard(told, "recovered") == firing
    assert len(told) == 6
    with database.session() as session:
        found = {each.kind: each for each in incidents.visible(session, people["bob"])}
    assert found[Kind.OUT_OF_MEMORY].text == "shop: hog.1 was killed for want of memory (limit 16 MiB), restarted since"
    assert found[Kind.RESTART_LOOP].text.startswith("shop: loop.1 was restarted 3 times within 10 min")
    assert not any(each.is_open for each in found.values())


def heard(told, state):
    return {(change.rule_name, change.subject.rpartition("/")[2]) for change in told if change.state == state}
