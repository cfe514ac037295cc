"""``/deployments`` of a real dashboard. It takes nothing up, as the test holds its lock: records and logs change as
another process would change them."""

import json

import pytest
import socketio

from paas.deployments.stages import Stage, Status
from paas.storage.file_lock import FileLock
from paas.storage.tables import AppRow
from tests.dashboard import Dashboard
from tests.waiting import eventually
from tests.web.live.deployed import Deployed

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    lock = FileLock(folder / "data" / "deployments" / "lock")
    assert lock.acquire()
    with Dashboard(folder, docker_host=f"unix://{folder}/none.sock") as served:
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
def session(served):
    with served.http() as session:
        yield session


@pytest.fixture
def listener(served, session):
    with served.socket("/deployments", session=session) as listener:
        yield listener


def _texts(listener, watch):
    return [
        row[4] for message in listener.all("lines") if message["watch"] == watch for row in json.loads(message["rows"])
    ]


def _statuses(listener, **wanted):
    return [each for each in listener.all("status") if all(each[name] == value for name, value in wanted.items())]


def test_a_watch_gives_status_everything_so_far_and_what_comes(deployed, listener):
    deployment_id = deployed.begin(deployed.app(published_port=4_000))
    deployed.say(deployment_id, "one", "two")
    answer = listener.ask("watch", {"deployment": deployment_id})
    assert answer == {"ok": True, "watch": "1"}
    status = listener.wait_for("status")
    assert (status["deployment_id"], status["status"], status["stage"], status["progress"]) == (
        deployment_id, "building", "cloning_repo", 25,
    )  # fmt: skip
    assert (status["number"], status["message"], status["link"]) == (1, "Fetching", "")
    assert [stage["stage"] for stage in status["stages"]] == ["cloning_repo"]
    assert status["stages"][0]["ended_at"] is None
    eventually(lambda: _texts(listener, "1") == ["one", "two"])
    deployed.say(deployment_id, "three")
    eventually(lambda: _texts(listener, "1") == ["one", "two", "three"])
    assert listener.all("end") == []


def test_each_change_is_said_and_then_the_end_after_the_last_line(deployed, listener):
    deployment_id = deployed.begin(deployed.app())
    watch = listener.ask("watch", {"deployment": deployment_id})["watch"]
    listener.wait_for("status", status="building")
    deployed.records.enter(deployment_id, Stage.STARTING, "Starting web.1")
    listener.wait_for("status", stage="starting_new", progress=80)
    deployed.say(deployment_id, *range(3_000))
    deployed.records.enter(deployment_id, Stage.COMPLETED)
    confirm_until_the_end(listener, watch)
    assert _texts(listener, watch) == [str(number) for number in range(3_000)]
    assert _statuses(listener)[-1]["status"] == "success"
    assert listener.heard[-1][0] == "end"


def confirm_until_the_end(listener, watch):
    def is_over():
        lines = [message for message in listener.all("lines") if message["watch"] == watch]
        if lines:
            listener.tell("taken", {"watch": watch, "position": lines[-1]["position"]})
        return [message for message in listener.all("end") if message["watch"] == watch]

    eventually(is_over, 20)


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.INTERRUPTED])
def test_a_deployment_that_is_over_is_shown_whole_and_ends(deployed, listener, status):
    deployment_id = deployed.begin(deployed.app())
    deployed.say(deployment_id, "it broke")
    deployed.records.end(deployment_id, status, "It broke.")
    watch = listener.ask("watch", {"deployment": deployment_id})["watch"]
    listener.wait_for("end", watch=watch)
    assert _texts(listener, watch) == ["it broke"]
    assert listener.wait_for("status")["error_message"] == "It broke."


def test_a_second_viewer_and_one_that_comes_back_see_the_same(deployed, served, session, listener):
    deployment_id = deployed.begin(deployed.app())
    deployed.say(deployment_id, *range(10))
    watch = listener.ask("watch", {"deployment": deployment_id})["watch"]
    eventually(lambda: len(_texts(listener, watch)) == 10)
    position = listener.all("lines")[-1]["position"]
    deployed.say(deployment_id, "missed")
    eventually(lambda: _texts(listener, watch)[-1] == "missed")
    with served.socket("/deployments", session=session) as other:
        whole = other.ask("watch", {"deployment": deployment_id})["watch"]
        rest = other.ask("watch", {"deployment": deployment_id, "position": position})["watch"]
        tail = other.ask("watch", {"deployment": deployment_id, "tail": 2})["watch"]
        eventually(lambda: len(_texts(other, whole)) == 11)
        eventually(lambda: _texts(other, rest) == ["missed"])
        eventually(lambda: _texts(other, tail) == ["9", "missed"])
    eventually(lambda: _texts(listener, watch) == _texts(other, whole))


def test_a_filter_and_a_stream_choose_lines(deployed, listener):
    deployment_id = deployed.begin(deployed.app())
    with deployed.journals.writer(deployment_id, str) as journal:
        journal.say("Step 1/2 : FROM base")
        journal.warn("warning: old")
        journal.say("Step 2/2 : RUN make")
    steps = listener.ask("watch", {"deployment": deployment_id, "regex": "^Step "})["watch"]
    warnings = listener.ask("watch", {"deployment": deployment_id, "stream": "stderr"})["watch"]
    eventually(lambda: len(_texts(listener, steps)) == 2)
    eventually(lambda: _texts(listener, warnings) == ["warning: old"])


def test_a_list_hears_of_each_deployment_of_its_app(deployed, listener):
    app, other = deployed.app(), deployed.app()
    first = deployed.begin(app)
    watch = listener.ask("watch", {"app": app.name})["watch"]
    listener.wait_for("status", watch=watch, deployment_id=first, status="building")
    deployed.begin(other)
    deployed.succeed(first)
    second = deployed.request(app)
    listener.wait_for("status", watch=watch, deployment_id=first, status="success")
    waiting = listener.wait_for("status", watch=watch, deployment_id=second.id, status="pending")
    assert waiting["waits_at"] is not None
    assert {status["app_id"] for status in _statuses(listener)} == {app.id}
    assert listener.all("lines") == []


def test_the_list_of_all_hears_of_those_that_its_visitor_may_see(deployed, served, listener):
    hidden, seen = deployed.app("ada"), deployed.app("mia")
    deployed.begin(hidden)
    with served.http("mia", PASSWORD) as mias, served.socket("/deployments", session=mias) as mia:
        assert mia.ask("watch", {"apps": True})["ok"] is True
        listener.ask("watch", {"apps": True})
        listener.wait_for("status", app_id=hidden.id)
        of_mia = deployed.begin(seen)
        mia.wait_for("status", deployment_id=of_mia)
        listener.wait_for("status", deployment_id=of_mia)
        assert {status["app_id"] for status in _statuses(mia)} == {seen.id}


def test_a_member_sees_no_deployment_of_others(deployed, served):
    deployment_id = deployed.begin(deployed.app("ada"))
    with served.http("mia", PASSWORD) as mias, served.socket("/deployments", session=mias) as mia:
        for options in ({"deployment": deployment_id}, {"app": "app-1"}, {"app": 1}):
            assert mia.client.call("watch", options, "/deployments")["error"]["kind"] == "not_found"


def test_an_app_that_is_withdrawn_takes_its_watches_along_and_no_others(deployed, served):
    taken, kept = deployed.app("mia"), deployed.app("mia")
    watched, other = deployed.begin(taken), deployed.begin(kept)
    with served.http("mia", PASSWORD) as mias, served.socket("/deployments", session=mias) as mia:
        watches = [{"deployment": watched}, {"app": taken.name}, {"deployment": other}, {"apps": True}]
        assert [mia.ask("watch", each)["watch"] for each in watches] == ["1", "2", "3", "4"]
        eventually(lambda: len(_statuses(mia, deployment_id=watched)) == 3)
        with deployed.database.session() as session:
            session.get(AppRow, taken.id).created_by = None
        eventually(lambda: {each["watch"] for each in mia.all("problem")} == {"1", "2"})
        deployed.records.enter(watched, Stage.BUILDING)
        deployed.records.enter(other, Stage.BUILDING)
        eventually(lambda: len(_statuses(mia, deployment_id=other, stage="building_image")) == 2)
        assert _statuses(mia, deployment_id=watched, stage="building_image") == []


def test_nobody_comes_in_without_a_session(served):
    refusals = []
    client = socketio.Client(reconnection=False)
    client.on("connect_error", refusals.append, namespace="/deployments")
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(served.address, namespaces=["/deployments"], transports=["websocket"])
    client.disconnect()
    assert refusals[0]["data"]["kind"] == "not_signed_in"


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (None, "invalid"),
        (7, "invalid"),
        ([], "invalid"),
        ({}, "invalid"),
        ({"apps": 1}, "invalid"),
        ({"apps": False}, "invalid"),
        ({"app": True}, "invalid"),
        ({"app": ["shop"]}, "invalid"),
        ({"app": "nobody"}, "not_found"),
        ({"app": "-x'"}, "not_found"),
        ({"deployment": None}, "not_found"),
        ({"deployment": "1"}, "invalid"),
        ({"deployment": True}, "invalid"),
        ({"deployment": -1}, "not_found"),
        ({"deployment": 10**30}, "not_found"),
        ({"deployment": 1.5}, "invalid"),
        ({"deployment": 1, "tail": 1_001}, "invalid"),
        ({"deployment": 1, "tail": "5"}, "invalid"),
        ({"deployment": 1, "position": "yesterday"}, "invalid"),
        ({"deployment": 1, "position": "2.0"}, "invalid"),
        ({"deployment": 1, "position": 7}, "invalid"),
        ({"deployment": 1, "regex": "("}, "invalid"),
        ({"deployment": 1, "stream": "stdin"}, "invalid"),
    ],
)
def test_bad_options_are_refused_in_the_one_shape(deployed, listener, options, kind):
    if deployed.count == 0:
        deployed.begin(deployed.app())
    answer = listener.client.call("watch", options, "/deployments", timeout=10)
    assert set(answer) == {"error"}
    assert answer["error"]["kind"] == kind
    assert answer["error"]["message"].endswith(".")


def test_a_watch_that_was_ended_says_nothing_more(deployed, listener):
    app = deployed.app()
    deployment_id = deployed.begin(app)
    ended, stays = (listener.ask("watch", {"deployment": deployment_id})["watch"] for _ in range(2))
    listener.wait_for("status", watch=ended)
    assert listener.ask("unwatch", {"watch": ended}) == {"ok": True}
    before = len(_statuses(listener, watch=ended))
    deployed.say(deployment_id, "late")
    deployed.succeed(deployment_id)
    listener.wait_for("end", watch=stays)
    assert _texts(listener, ended) == []
    assert len(_statuses(listener, watch=ended)) == before


def test_a_deleted_app_is_told_to_who_watches_its_deployment(deployed, listener):
    app = deployed.app()
    deployment_id = deployed.begin(app)
    listener.ask("watch", {"deployment": deployment_id})
    listener.wait_for("status")
    deployed.records.enter(deployment_id, Stage.BUILDING)
    listener.wait_for("status", stage="building_image")
    with deployed.database.session() as session:
        session.delete(session.get(AppRow, app.id))
    problem = listener.wait_for("problem")
    assert problem["error"]["kind"] == "not_found"
    listener.wait_for("end")


def test_what_the_dashboard_says_goes_on_over_its_restart(deployed, served, session):
    deployment_id = deployed.begin(deployed.app())
    deployed.say(deployment_id, "before")
    with served.socket("/deployments", session=session) as first:
        first.ask("watch", {"deployment": deployment_id})
        position = first.wait_for("lines")["position"]
    served.restart()
    deployed.say(deployment_id, "after")
    with served.socket("/deployments", session=session) as again:
        watch = again.ask("watch", {"deployment": deployment_id, "position": position})["watch"]
        eventually(lambda: _texts(again, watch) == ["after"])
        assert again.wait_for("status")["status"] == "building"


def test_nothing_went_wrong_inside(served):
    assert "Traceback" not in served.log
