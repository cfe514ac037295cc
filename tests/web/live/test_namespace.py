"""How many sockets of a namespace one session may have, and that it gets one back for each that it closes."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from flask_socketio import ConnectionRefusedError as Refused

from paas.accounts.permissions import Actor, Role
from paas.web import places
from paas.web.live import namespace
from paas.web.live.namespace import Door

ADA = Actor(1, "ada", Role.OWNER, "a session")


class Sockets:
    """Of a door with nothing real behind it."""

    def __init__(self, monkeypatch):
        self._patch = monkeypatch.setattr
        self.door = Door("/somewhere", None)

    def come(self, sid, *, actor=ADA):
        self._patch(namespace, "sender", lambda: sid)
        self._patch(namespace.identity, "actor_from_token", lambda _: actor)
        self.door.on_connect({"token": "a token"})

    def go(self, sid):
        self._patch(namespace, "sender", lambda: sid)
        self.door.on_disconnect()


@pytest.fixture
def sockets(monkeypatch):
    monkeypatch.setattr(places, "MOST", 2)
    monkeypatch.setattr(namespace.presence, "presence", lambda _: SimpleNamespace(watch=lambda _: None))
    return Sockets(monkeypatch)


def test_session_that_has_its_share_gets_another_for_one_that_it_closes(sockets):
    sockets.come("a")
    sockets.come("b")
    with pytest.raises(Refused) as refused:
        sockets.come("c")
    assert refused.value.error_args["data"]["kind"] == "too_many"
    assert set(sockets.door.visitors) == {"a", "b"}
    sockets.come("d", actor=replace(ADA, session_id="another"))
    for _ in range(2):  # one that has gone cannot go again
        sockets.go("a")
    sockets.come("e")
    with pytest.raises(Refused):
        sockets.come("f")
