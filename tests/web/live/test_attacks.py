"""Clients that mean no good at the Socket.IO doors of a real dashboard, signed in or not."""

import psutil
import pytest
import websocket

from tests.dashboard import Dashboard
from tests.end_to_end.viewers import cookies
from tests.end_to_end.wire import Closed, Wire
from tests.waiting import eventually
from tests.web.live.engine import FakeDocker


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with (
        FakeDocker(tmp_path_factory.mktemp("engine")) as docker,
        Dashboard(tmp_path_factory.mktemp("served"), docker_host=docker.host) as served,
    ):
        yield served
        served.stop()


@pytest.fixture
def session(served):
    with served.http() as session:
        eventually(lambda: session.get("/healthz").json()["engine"], what="the dashboard knows the engine")
        yield session


def _connect(served, **options):
    address = served.address.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    return websocket.create_connection(address, timeout=10, **options)


MALFORMED = ["4", "42", "42/logs,[", "42/logs,[]", "42/logs,{}", "42/logs,[5]", '44/logs,"x"', "49/logs,[]", "9", "45-"]


def test_malformed_messages_are_passed_over_without_a_word(served, session):
    wire = Wire(served.address, cookies(session))
    before = served.log
    for message in (*MALFORMED, '42/logs,["taken",1,2,3]', '451-/logs,["watch",{"_placeholder":true,"num":0}]'):
        wire._write(message)
    wire._socket.send_binary(b"stray")
    number = wire.ask("watch", {"container": "nobody"})
    assert wire.recv(10) == (number, {"error": {"kind": "not_found", "message": "Container not found"}})
    assert served.log == before
    wire.close()


def test_who_is_not_signed_in_can_fill_neither_log_nor_memory(served):
    client = _connect(served)
    client.recv()
    memory = psutil.Process(served.pid).memory_info
    before = served.log
    for message in (*MALFORMED, "40", '459999999-["x"]'):
        client.send(message)
    grown = []
    for _ in range(3):
        at_first = memory().rss
        for _ in range(300):
            client.send_binary(bytes(60_000))
        _is_reached(client)
        grown.append(memory().rss - at_first)
    assert served.log == before
    assert min(grown) < 8_000_000, grown  # 18 MB were sent each time; a dashboard that has just begun grows by itself
    client.shutdown()


def _is_reached(client):
    """Wait until all that was sent before has been read."""
    client.send("40/logs,")
    while not (told := client.recv()).startswith("44/logs,"):
        assert told.startswith("44")


def test_who_says_disconnect_but_stays_is_sent_away_with_the_session(served):
    with served.http() as session:
        wire = Wire(served.address, cookies(session), namespace="/containers")
        wire.send("disconnect", {})
        answer = wire.ask("watch", {})
        heard = [wire.recv(10), wire.recv(10)]
        assert (answer, {"ok": True}) in heard
        token = session.get("/account").text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        assert session.post("/account/sign-out-everywhere", data={"csrf_token": token}).status_code == 200
        with pytest.raises(Closed):
            _hear_out(wire)
        wire.close()


def _hear_out(wire):
    while wire.recv(10) is not None:
        pass


@pytest.mark.parametrize("headers", [[], ["X-Forwarded-Host: evil.example"], ["X-Forwarded-Proto: https"]])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:3"])
def test_a_page_of_another_site_opens_no_socket(served, session, origin, headers):
    with pytest.raises(websocket.WebSocketBadStatusException, match="400"):
        _connect(served, cookie=cookies(session), origin=origin, header=headers)
    polled = session.get("/socket.io/?EIO=4&transport=polling", headers={"Origin": origin})
    assert polled.status_code == 400
    assert "Access-Control-Allow-Origin" not in polled.headers
