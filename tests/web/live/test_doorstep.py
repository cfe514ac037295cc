"""Connections that enter no namespace are closed; all others are left alone."""

import pytest
import socketio

from paas.web.live.doorstep import Doorstep


class Connection:
    def __init__(self):
        self.closed = []

    def close(self, *, wait):
        self.closed.append(wait)


@pytest.fixture
def server():
    return socketio.Server(async_mode="threading")


@pytest.fixture
def connect(server):
    def connect(eio_sid):
        server.eio.sockets[eio_sid] = Connection()
        return server.eio.sockets[eio_sid]

    return connect


def test_who_stands_outside_at_two_looks_is_sent_away_and_not_waited_for(server, connect):
    doorstep = Doorstep(server)
    first = connect("first")
    doorstep.look()
    second = connect("second")
    assert first.closed == []
    doorstep.look()
    assert (first.closed, second.closed) == ([False], [])
    assert list(server.eio.sockets) == ["second"]
    doorstep.look()
    assert (len(first.closed), second.closed) == (1, [False])


def test_who_is_in_a_namespace_stays_until_the_last_is_left(server, connect):
    doorstep = Doorstep(server)
    viewer = connect("viewer")
    sids = [server.manager.connect("viewer", namespace) for namespace in ("/logs", "/apps")]
    for sid, namespace in zip(sids, ("/logs", "/apps"), strict=True):
        doorstep.look()
        doorstep.look()
        assert viewer.closed == []
        server.manager.disconnect(sid, namespace)
    doorstep.look()
    doorstep.look()
    assert viewer.closed == [False]


def test_who_enters_between_two_looks_stays(server, connect):
    doorstep = Doorstep(server)
    viewer = connect("viewer")
    doorstep.look()
    server.manager.connect("viewer", "/logs")
    doorstep.look()
    assert viewer.closed == []
