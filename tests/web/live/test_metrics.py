"""Socket.IO ``/metrics`` of a real dashboard, over an engine that is a fake."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paas.storage.file_lock import FileLock
from paas.storage.tables import AppRow, UserRow
from tests.dashboard import Dashboard
from tests.listeners import Listener
from tests.waiting import eventually
from tests.web.live.deployed import Deployed
from tests.web.live.engine import FakeDocker

PASSWORD = "correct horse battery staple"
MACHINE = {
    "timestamp", "age_seconds", "stale", "cpu", "memory", "swap", "disk", "network", "load", "uptime_seconds", "docker",
    "engine_disk",
}  # fmt: skip


@pytest.fixture(scope="module")
def docker(tmp_path_factory):
    with FakeDocker(tmp_path_factory.mktemp("engine"), began=time.time_ns() - 10**13) as docker:
        yield docker


@pytest.fixture(scope="module")
def served(docker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("metrics")
    lock = FileLock(folder / "data" / "deployments" / "lock")
    assert lock.acquire()
    with Dashboard(folder, docker_host=docker.host) as served:
        served.add_user("mia", PASSWORD, role="member")
        yield served
        served.stop()
    lock.release()


@pytest.fixture(scope="module")
def deployed(served):
    deployed = Deployed(served.folder / "data")
    yield deployed
    deployed.database.close()


@pytest.fixture(scope="module")
def ada(served):
    with served.api() as ada:
        eventually(lambda: ada.get("/healthz").json()["engine"], what="the dashboard knows the engine")
        yield ada


@pytest.fixture(scope="module")
def shop(deployed, ada):
    """An app of ada's, of the container ``web``."""
    return deployed.adopted("web")


@pytest.fixture
def listen(served, ada):
    opened = []

    def listen(who=ada):
        token = who.headers["Authorization"].removeprefix("Bearer ")
        opened.append(Listener(served.address, "/metrics", token=token))
        return opened[-1]

    yield listen
    for each in opened:
        each.client.disconnect()


@pytest.fixture
def mia(served):
    with served.api("mia", PASSWORD) as mia:
        yield mia


def running(listener):
    """The last list that was told, by name."""
    told = listener.all("apps")
    return {row["app"]: row for row in told[-1]} if told else {}


def test_machine_is_told_each_second_as_over_rest(ada, listen):
    listener = listen()
    assert listener.ask("watch", {"host": True}) == {"ok": True, "watch": "host"}
    eventually(lambda: len(listener.all("host")) >= 3, 30)
    assert set(listener.all("host")[-1]) == set(ada.get("/api/v1/metrics").json()) == MACHINE
    moments = [told["timestamp"] for told in listener.all("host")]
    assert moments == sorted(moments)
    assert len(set(moments)) >= 2


def test_app_is_told_with_its_processes_as_over_rest(ada, listen, shop):
    listener = listen()
    assert listener.ask("watch", {"app": shop.name}) == {"ok": True, "watch": f"app/{shop.id}"}
    eventually(lambda: any(told["processes"] for told in listener.all("app")), 30)
    told = listener.all("app")[-1]
    assert (told["app"], told["id"], told["processes"][0]["container"]) == (shop.name, shop.id, "web")
    assert told["cpu_percent"] == pytest.approx(50, rel=0.2)
    assert told["memory_usage"] == 50_000_000
    assert set(told) - {"app", "id"} == set(ada.get(f"/api/v1/apps/{shop.id}/stats").json())


def test_list_has_the_apps_that_one_may_see(ada, mia, listen, shop, deployed):
    hers, given = deployed.app(owner="mia"), deployed.app()
    admin, member = listen(), listen(mia)
    for listener in (admin, member):
        assert listener.ask("watch", {"apps": True}) == {"ok": True, "watch": "apps"}
    eventually(lambda: running(admin).get(shop.name, {}).get("running") == 1, 30)
    assert {shop.name, hers.name, given.name} <= set(running(admin))
    assert running(admin)[hers.name]["cpu_percent"] == 0
    eventually(lambda: set(running(member)) == {hers.name}, 30)
    assert ada.put(f"/api/v1/apps/{given.id}/grants/mia", json={"grant": "view"}).ok
    eventually(lambda: set(running(member)) == {hers.name, given.name}, 30)
    assert ada.delete(f"/api/v1/apps/{given.id}/grants/mia").ok
    eventually(lambda: set(running(member)) == {hers.name}, 30)


def test_grant_that_is_withdrawn_ends_the_watch(ada, mia, listen, deployed):
    app = deployed.app()
    listener = listen(mia)
    assert listener.ask("watch", {"app": app.name})["error"]["kind"] == "not_found"
    assert ada.put(f"/api/v1/apps/{app.id}/grants/mia", json={"grant": "view"}).ok
    watch = eventually(lambda: listener.ask("watch", {"app": app.id}).get("watch"), 30)
    listener.wait_for("app", 30, id=app.id)
    assert ada.delete(f"/api/v1/apps/{app.id}/grants/mia").ok
    assert listener.wait_for("problem", 30, watch=watch)["error"]["kind"] == "forbidden"
    told = len(listener.all("app"))
    listener.ask("watch", {"apps": True})
    eventually(lambda: len(listener.all("apps")) >= 3, 30)
    assert len(listener.all("app")) == told
    assert listener.ask("watch", {"app": app.id})["error"]["kind"] == "not_found"


def test_app_that_is_deleted_ends_the_watch(listen, deployed):
    app = deployed.app()
    listener = listen()
    watch = listener.ask("watch", {"app": app.id})["watch"]
    with deployed.database.session() as session:
        session.delete(session.get(AppRow, app.id))
    assert listener.wait_for("problem", 30, watch=watch)["error"]["message"].endswith("or it is gone.")


def test_role_that_is_taken_ends_the_watch_of_the_machine(served, listen, deployed):
    served.add_user("max", PASSWORD, role="admin")
    with served.api("max", PASSWORD) as user:
        listener = listen(user)
        listener.ask("watch", {"host": True})
        listener.wait_for("host", 30)
        with deployed.database.session() as session:
            session.query(UserRow).filter_by(username="max").one().role = "member"
        assert listener.wait_for("problem", 30, watch="host")["error"]["kind"] == "forbidden"
        assert listener.ask("watch", {"host": True})["error"]["kind"] == "forbidden"


def test_watch_that_is_ended_says_nothing_more(listen, shop):
    listener = listen()
    assert listener.ask("watch", {"app": shop.id})["ok"] is True
    listener.wait_for("app", 30)
    assert listener.ask("unwatch", {"watch": f"app/{shop.id}"}) == {"ok": True}
    told = len(listener.all("app"))
    assert listener.ask("watch", {"host": True})["ok"] is True
    eventually(lambda: len(listener.all("host")) >= 3, 30)
    assert len(listener.all("app")) == told
    for options in (None, 7, {}, {"watch": f"app/{shop.id}"}, {"watch": ["host"]}):
        assert listener.client.call("unwatch", options, "/metrics", timeout=30) == {"ok": False}


def test_a_socket_has_twenty_watches_at_most(listen, deployed):
    listener, apps = listen(), [deployed.app() for _ in range(21)]
    answers = [listener.ask("watch", {"app": app.id}) for app in apps]
    assert [answer.get("ok") for answer in answers] == [True] * 20 + [None]
    assert answers[-1]["error"]["kind"] == "conflict"
    assert listener.ask("watch", {"app": apps[0].id})["ok"] is True  # it has that one


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
options = nonsense | st.dictionaries(st.sampled_from(["host", "app", "apps", "watch"]), nonsense, max_size=3)


@pytest.fixture(scope="module")
def fuzzed(served, ada):
    with Listener(served.address, "/metrics", token=ada.headers["Authorization"].removeprefix("Bearer ")) as listener:
        yield listener


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["watch", "unwatch", "taken", "host"]), options)
def test_whatever_is_said_is_answered_or_passed_over(served, fuzzed, event, sent):
    before = served.log
    if event in ("watch", "unwatch"):
        answer = fuzzed.client.call(event, sent, "/metrics", timeout=30)
        assert set(answer) in ({"error"}, {"ok"}, {"ok", "watch"})
        assert "error" not in answer or answer["error"]["kind"] in ("invalid", "not_found", "conflict")
    else:
        fuzzed.tell(event, sent)
        assert fuzzed.ask("unwatch", {"watch": "nothing"}) == {"ok": False}
    assert served.log == before


def test_stopped_engine_is_told_as_stale_and_ages_while_the_machine_goes_on(tmp_path):
    with (
        FakeDocker(tmp_path, began=time.time_ns() - 10**13) as docker,
        Dashboard(tmp_path / "served", docker_host=docker.host) as served,
        served.http() as session,
        served.socket("/metrics", session=session) as listener,
    ):
        listener.ask("watch", {"host": True})
        listener.wait_for("host", 30, stale=False)
        eventually(lambda: listener.all("host")[-1]["docker"]["containers_running"] == 2, 30)
        docker.vanish()
        listener.wait_for("host", 60, stale=True)
        eventually(lambda: listener.all("host")[-1]["age_seconds"] >= 3, 30)
        last = listener.all("host")[-1]
        assert last["stale"] is True
        assert last["docker"]["containers_running"] == 2
        assert session.get("/api/v1/metrics").json()["stale"] is True
        served.stop()
        assert "Traceback" not in served.log


def test_nothing_went_wrong_inside(served):
    assert "Traceback" not in served.log
