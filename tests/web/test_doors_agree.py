"""The table of permissions, asked at every route with every credential. Those about one app have tests of their own."""

import pytest

from paas.accounts.permissions import Actor as Someone
from paas.accounts.permissions import Role, may
from paas.web import live
from tests.web import rights
from tests.web.rights import ANYONE, OF_AN_APP, SIGNED_IN, SOCKETS, concrete, is_of_an_app, needed, routes, was_let_in


def credentials(app, client, sign_in, who):
    """By cookie, and by access token from a browser without the cookie."""
    if who is None:
        return [(client, {}), (client, {"Authorization": "Bearer made.up.token"})]
    sign_in(who)
    other = app.test_client()
    token = other.post("/api/v1/login", json={"username": who, "password": "correct horse"}).json["access_token"]
    return [(client, {}), (other, {"Authorization": f"Bearer {token}"})]


def test_every_route_says_who_may_come_in(app):
    unnamed = [rule for _, rule in routes(app) if needed(rule) is None]
    assert unnamed == []


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_lets_in_whom_the_table_lets_in(app, client, add, sign_in, role):
    add("ada", role or "admin")
    for browser, headers in credentials(app, client, sign_in, "ada" if role else None):
        for method, rule in routes(app):
            if method != "GET" or needed(rule) is ANYONE or is_of_an_app(rule):
                continue
            answer = browser.get(concrete(rule), headers=headers)
            assert was_let_in(answer) is is_allowed(role, needed(rule)), f"{role} at {rule}: {answer.status}"


def is_allowed(role, what):
    return role is not None and (what is SIGNED_IN or may(Someone(1, "ada", role), what))


def test_every_route_of_an_app_says_what_it_needs(app):
    assert {(method, rule) for method, rule in routes(app) if is_of_an_app(rule)} == set(OF_AN_APP)


def test_every_raw_socket_is_known(app):
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.websocket} == set(SOCKETS)


class Doors(dict):
    """In the place of the library's server: it learns which namespaces there are, and opens none."""

    server = None

    def on_namespace(self, door):
        self[door.namespace] = door


def test_every_namespace_and_event_is_known(app, services, monkeypatch):
    """``taken``, which bypasses the library, is of those who watch already. tests/web/live/test_rights.py asks them."""
    doors = Doors()
    monkeypatch.setattr(live, "SocketIO", lambda _app, **_: doors)
    monkeypatch.setattr("threading.Thread.start", lambda _: None)
    services.engine.inventory.listen = lambda _: None
    live.attach(app)
    events = {name: {each[3:] for each in dir(door) if each.startswith("on_")} for name, door in doors.items()}
    assert {name: its - {"connect", "disconnect"} for name, its in events.items()} == rights.EVENTS
    assert {name for name, _, _ in rights.WATCHES} == set(rights.NAMESPACES) == set(doors)
