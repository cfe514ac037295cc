"""The Socket.IO doors of a real dashboard: who comes in, what is refused and how, and who is sent away."""

import json
import re
import threading
from contextlib import ExitStack

import pytest
import requests
import socketio

from tests.dashboard import Dashboard
from tests.listeners import Listener
from tests.waiting import eventually
from tests.web.live.engine import FakeDocker


@pytest.fixture(scope="module")
def docker(tmp_path_factory):
    with FakeDocker(tmp_path_factory.mktemp("engine")) as docker:
        docker.say("web", *range(10))
        yield docker


@pytest.fixture(scope="module")
def served(docker, tmp_path_factory):
    """Named so that it is not taken for one that needs a real engine."""
    with Dashboard(tmp_path_factory.mktemp("served"), docker_host=docker.host) as served:
        served.add_user("mia", "correct horse battery staple", role="member")
        yield served
        served.stop()


@pytest.fixture(scope="module")
def session(served):
    with served.http() as session:
        eventually(lambda: session.get("/healthz").json()["engine"], what="the dashboard knows the engine")
        yield session


@pytest.fixture
def listener(served, session):
    with served.socket("/logs", session=session) as listener:
        yield listener


def _texts(listener, watch="1"):
    return [
        row[4] for message in listener.all("lines") if message["watch"] == watch for row in json.loads(message["rows"])
    ]


@pytest.mark.parametrize("namespace", ["/logs", "/containers", "/metrics"])
@pytest.mark.parametrize("auth", [None, {"token": "forged"}, {"token": 7}, {"token": None}, "text", ["token"], 7])
def test_nobody_comes_in_without_a_session(served, namespace, auth):
    refusals = []
    client = socketio.Client(reconnection=False)
    client.on("connect_error", refusals.append, namespace=namespace)
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(served.address, namespaces=[namespace], transports=["websocket"], auth=auth)
    client.disconnect()
    assert refusals[0]["data"]["kind"] == "not_signed_in"
    assert refusals[0]["message"]


def test_a_member_may_not_see_the_list_of_containers(served):
    refusals = []
    with served.http("mia") as session:
        client = socketio.Client(http_session=session, reconnection=False)
        client.on("connect_error", refusals.append, namespace="/containers")
        with pytest.raises(socketio.exceptions.ConnectionError):
            client.connect(served.address, namespaces=["/containers"], transports=["websocket"])
        client.disconnect()
    assert refusals[0]["data"]["kind"] == "forbidden"


def test_a_member_may_not_watch_a_container(served):
    with served.http("mia") as session, served.socket("/logs", session=session) as listener:
        assert listener.ask("watch", {"container": "web"})["error"]["kind"] == "forbidden"


def test_an_access_token_opens_the_door(served):
    answer = requests.post(
        f"{served.address}/api/v1/login",
        json={"username": "ada", "password": "correct horse battery staple"},
        timeout=10,
    )
    client = socketio.Client(reconnection=False)
    client.connect(
        served.address, namespaces=["/logs"], transports=["websocket"], auth={"token": answer.json()["access_token"]}
    )
    assert client.call("watch", {"container": "web"}, "/logs", timeout=10)["ok"] is True
    client.disconnect()


def test_the_list_of_containers_comes_at_once(served, session):
    with served.socket("/containers", session=session) as listener:
        assert listener.ask("watch") == {"ok": True}
        told = listener.wait_for("containers")
    assert [row["name"] for group in told["groups"] for row in group["rows"]] == ["web", "worker"]
    assert told["engine"]["ok"] is True


def test_a_watch_gives_status_past_and_present(docker, listener):
    answer = listener.ask("watch", {"container": "web", "tail": 3})
    assert answer["ok"] is True
    assert answer["container"]["name"] == "web"
    assert listener.wait_for("status")["state"] == "live"
    before = len(docker.logs[docker.id_of("web")])
    docker.say("web", "now")
    eventually(lambda: _texts(listener, answer["watch"])[-1:] == ["now"])
    assert len(_texts(listener, answer["watch"])) == min(before, 3) + 1
    last = listener.all("lines")[-1]
    assert last["position"] == json.loads(last["rows"])[-1][0]
    assert last["skipped"] == 0


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        (None, "invalid"),
        (7, "invalid"),
        ("web", "invalid"),
        ([], "invalid"),
        (["web"], "invalid"),
        ({}, "invalid"),
        ({"container": None}, "invalid"),
        ({"container": ""}, "invalid"),
        ({"container": "nobody"}, "not_found"),
        ({"container": 7}, "invalid"),
        ({"container": ["web"]}, "invalid"),
        ({"container": {"name": "web"}}, "invalid"),
        ({"container": True}, "invalid"),
        ({"container": "web", "tail": -1}, "invalid"),
        ({"container": "web", "tail": 1001}, "invalid"),
        ({"container": "web", "tail": 1.5}, "invalid"),
        ({"container": "web", "tail": "100"}, "invalid"),
        ({"container": "web", "tail": True}, "invalid"),
        ({"container": "web", "tail": [1]}, "invalid"),
        ({"container": "web", "position": 7}, "invalid"),
        ({"container": "web", "position": "yesterday"}, "invalid"),
        ({"container": "web", "position": "0123456789ab.o2026-99-20T10:21:07.412345678Z"}, "invalid"),
        ({"container": "web", "contains": 7}, "invalid"),
        ({"container": "web", "contains": ["x"]}, "invalid"),
        ({"container": "web", "contains": "x" * 1001}, "invalid"),
        ({"container": "web", "contains": "\ud800"}, "invalid"),
        ({"container": "web", "regex": 7}, "invalid"),
        ({"container": "web", "regex": "("}, "invalid"),
        ({"container": "web", "regex": "((a{1000}){1000}){1000}"}, "invalid"),
        ({"container": "web", "stream": "stdin"}, "invalid"),
        ({"container": "web", "stream": 1}, "invalid"),
    ],
)
def test_bad_options_are_refused_in_the_one_shape(listener, options, kind):
    answer = listener.client.call("watch", options, "/logs", timeout=10)
    assert set(answer) == {"error"}
    assert answer["error"]["kind"] == kind
    assert answer["error"]["message"].endswith((".", "found"))


def test_what_is_taken_may_be_nonsense(docker, listener):
    watch = listener.ask("watch", {"container": "web"})["watch"]
    for message in (
        None,
        7,
        [],
        {},
        {"watch": watch},
        {"watch": [], "position": {}},
        {"watch": watch, "position": "x"},
    ):
        listener.tell("taken", message)
    docker.say("web", "still there")
    eventually(lambda: "still there" in _texts(listener, watch))


def test_a_socket_has_twenty_watches_and_gets_another_for_one_that_it_ends(listener):
    watches = [listener.ask("watch", {"container": "web", "tail": 0})["watch"] for _ in range(20)]
    assert len(set(watches)) == 20
    assert listener.ask("watch", {"container": "web"})["error"]["kind"] == "conflict"
    assert listener.ask("unwatch", {"watch": watches[0]}) == {"ok": True}
    assert listener.ask("watch", {"container": "web"})["ok"] is True


@pytest.mark.parametrize("options", [None, 7, {}, {"watch": "99"}, {"watch": None}, {"watch": ["1"]}])
def test_a_watch_that_is_none_cannot_be_ended(listener, options):
    assert listener.client.call("unwatch", options, "/logs", timeout=10) == {"ok": False}


def test_a_watch_that_was_ended_says_nothing_more(docker, listener):
    ended, other = (listener.ask("watch", {"container": "web", "tail": 0})["watch"] for _ in range(2))
    listener.ask("unwatch", {"watch": ended})
    docker.say("web", "for the other")
    eventually(lambda: "for the other" in _texts(listener, other))
    assert _texts(listener, ended) == []


def test_a_viewer_goes_on_where_it_was(docker, served, session, listener):
    watch = listener.ask("watch", {"container": "web"})["watch"]
    docker.say("web", "seen")
    eventually(lambda: "seen" in _texts(listener, watch))
    position = listener.all("lines")[-1]["position"]
    listener.client.disconnect()
    docker.say("web", "missed one", "missed two")
    with served.socket("/logs", session=session) as again:
        watch = again.ask("watch", {"container": "web", "position": position})["watch"]
        eventually(lambda: _texts(again, watch) == ["missed one", "missed two"])


def test_leaving_while_the_past_is_read_harms_nobody(docker, served, session):
    docker.slow_reads = threading.Event()
    with served.socket("/logs", session=session) as other:
        watch = other.ask("watch", {"container": "web", "tail": 0})["watch"]
        with served.socket("/logs", session=session) as leaving:
            assert leaving.ask("watch", {"container": "web", "contains": "1"})["ok"] is True
        docker.slow_reads.set()
        docker.slow_reads = None
        docker.say("web", "1 for the other")
        eventually(lambda: "1 for the other" in _texts(other, watch))
    assert "Traceback" not in served.log


def test_signing_out_closes_the_sockets_of_that_session_within_a_second(served):
    with ExitStack() as stack:
        leaves, stays = stack.enter_context(served.http()), stack.enter_context(served.http())
        closed = [stack.enter_context(Listener(served.address, name, leaves)) for name in ("/logs", "/containers")]
        other = stack.enter_context(Listener(served.address, "/logs", stays))
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', leaves.get("/account").text)[1]
        assert leaves.post("/logout", data={"csrf_token": token}).ok
        for listener in closed:
            assert listener.wait_for("problem", 1)["error"]["kind"] == "not_signed_in"
            eventually(lambda listener=listener: ("disconnect", None) in listener.heard, 1)
        assert other.ask("watch", {"container": "web"})["ok"] is True


def test_nothing_went_wrong_inside(served):
    assert "Traceback" not in served.log
