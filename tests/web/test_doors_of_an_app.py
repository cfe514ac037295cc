"""Every route and socket about one app, asked by who may and who may not, with each grant and each scope."""

import re

import pytest

from paas.accounts import grants, permissions
from paas.accounts.permissions import OF_GRANT, SCOPES, Action, Grant, Role, Scope, may
from paas.accounts.permissions import Actor as Someone
from paas.apps import catalogue
from paas.apps.app import Wanted
from paas.deployments import requests
from paas.errors import Unavailable
from paas.web.presence import Presence
from tests.web.rights import ANYONE, OF_AN_APP, SIGNED_IN, SOCKETS, concrete, is_of_an_app, needed, routes, was_let_in

MAKE_TOKEN = "/api/v1/account/tokens"
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OTAxMjM0NQ==",
}


@pytest.fixture(autouse=True)
def nothing_is_fetched(monkeypatch):
    def look(*_, **__):
        raise Unavailable("The repository is far away.")

    monkeypatch.setattr("paas.deployments.plans.preview.look", look)


@pytest.fixture
def tokens():
    """The token that each person comes with, by name."""
    return {}


@pytest.fixture
def ask(app, client, tokens):
    """``ask("bob", method, rule, of="shop")`` -> the answer that bob gets, with what must be sent to be understood."""

    def ask(who, method, rule, of, json=None):
        if who not in tokens:
            answer = client.post("/api/v1/login", json={"username": who, "password": "correct horse"})
            tokens[who] = answer.json["access_token"]
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        address = re.sub(r"<[^<>]*>", "1", re.sub(r"/apps/<[^<>]*>", f"/apps/{of}", rule))
        return app.test_client().open(address, method=method, headers=headers, json=json or OF_AN_APP[method, rule][1])

    return ask


@pytest.fixture
def shop(database, add):
    """Of bob, a member; eve is another, ada an admin."""
    for name, role in (("ada", "admin"), ("eve", "member")):
        add(name, role)
    bob = add("bob", "member")
    with database.session() as session:
        return catalogue.create(session, Someone(bob.id, "bob", bob.role), Wanted("shop", repository="https://a.org/b"))


@pytest.mark.parametrize(("method", "rule"), OF_AN_APP)
def test_app_of_somebody_else_answers_as_one_that_is_not_there(shop, ask, method, rule):
    not_mine, not_there = ask("eve", method, rule, of="shop"), ask("eve", method, rule, of="nothing")
    assert (not_mine.status_code, not_there.status_code) == (404, 404)
    assert without_token(not_mine.text).replace("shop", "nothing") == without_token(not_there.text)


def without_token(html):
    """Each page has a token of its own in its forms."""
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", html)


@pytest.mark.parametrize(("method", "rule"), OF_AN_APP)
@pytest.mark.parametrize("who", ["ada", "bob"])
def test_app_opens_to_admins_and_to_who_made_it(shop, ask, method, rule, who):
    answer = ask(who, method, rule, of="shop")
    assert was_let_in(answer) is (who == "ada" or OF_AN_APP[method, rule][0] in permissions.OF_CREATOR)
    assert "There is no app" not in answer.text


@pytest.mark.parametrize(("method", "rule"), OF_AN_APP)
def test_each_right_to_an_app_opens_its_routes_alone(shop, ask, monkeypatch, method, rule):
    """As if bob had been given some of the rights only."""
    needs = OF_AN_APP[method, rule][0]
    monkeypatch.setattr(permissions, "OF_CREATOR", frozenset({Action.SEE_APP}))
    assert was_let_in(ask("bob", method, rule, of="shop")) is (needs is Action.SEE_APP)
    monkeypatch.setattr(permissions, "OF_CREATOR", frozenset({Action.SEE_APP, needs}))
    assert was_let_in(ask("bob", method, rule, of="shop"))


@pytest.mark.parametrize(("method", "rule"), OF_AN_APP)
def test_grant_opens_what_it_holds(shop, ask, database, method, rule):
    """The sockets are asked in tests/web/live/test_grants.py."""
    for grant in Grant:  # manage last: it may delete the app
        with database.session() as session:
            grants.give(session, Someone(0, "ada", Role.OWNER), shop, "eve", grant)
        answer = ask("eve", method, rule, of="shop")
        assert was_let_in(answer) is (OF_AN_APP[method, rule][0] in OF_GRANT[grant]), grant
        assert "There is no app" not in answer.text


@pytest.mark.parametrize(("method", "rule"), OF_AN_APP)
def test_token_opens_what_its_scope_holds(shop, ask, tokens, method, rule):
    for scope in Scope:
        tokens["ada"] = new_token(ask, tokens, scope)
        answer = ask("ada", method, rule, of="shop")
        # An action that the scope has not is refused in words of the token's, unless the app is not even seen.
        assert was_let_in(answer) is (OF_AN_APP[method, rule][0] in SCOPES[scope]), scope


@pytest.mark.parametrize("scope", Scope)
def test_token_opens_the_pages_that_its_scope_holds(app, add, shop, ask, tokens, scope):
    token = new_token(ask, tokens, scope)
    for method, rule in routes(app):
        what = needed(rule)
        if method == "GET" and what is not ANYONE and not is_of_an_app(rule):
            answer = app.test_client().get(concrete(rule), headers={"Authorization": f"Bearer {token}"})
            assert was_let_in(answer) is (what is SIGNED_IN or what in SCOPES[scope]), rule


def new_token(ask, tokens, scope):
    """Of ada, an admin, made with her password."""
    tokens.pop("ada", None)
    return ask("ada", "POST", MAKE_TOKEN, of="", json={"name": "x", "scope": scope, "days": 1}).json["token"]


@pytest.mark.parametrize(("method", "rule"), OF_AN_APP)
def test_app_is_closed_to_who_is_not_signed_in(shop, app, method, rule):
    address = re.sub(r"<[^<>]*>", "1", re.sub(r"/apps/<[^<>]*>", "/apps/shop", rule))
    answer = app.test_client().open(address, method=method, headers={"Authorization": "Bearer made.up.token"})
    assert not was_let_in(answer)


@pytest.mark.parametrize("rule", SOCKETS)
@pytest.mark.parametrize(("who", "role"), [("ada", Role.ADMIN), ("bob", Role.MEMBER), ("eve", Role.MEMBER), (None, "")])
def test_raw_socket_opens_to_who_may_see_what_it_shows(app, database, shop, client, monkeypatch, rule, who, role):
    """No server listens here that could take the socket over: who is let in is told that, by 503."""
    monkeypatch.setattr("paas.web.sockets.visitors.presence.presence", lambda _app: Presence(app))
    with database.session() as session:
        deployment = requests.request(session, Someone(0, "ada", Role.OWNER), shop, trigger="page").id
    headers = dict(UPGRADE)
    if who:
        answer = client.post("/api/v1/login", json={"username": who, "password": "correct horse"})
        headers["Authorization"] = f"Bearer {answer.json['access_token']}"
    needs, address = SOCKETS[rule]
    answer = app.test_client().get(address.format(app=shop.id, deployment=deployment), headers=headers)
    is_allowed = who is not None and may(Someone(shop.created_by if who == "bob" else 0, who, role), needs, shop)
    assert answer.status_code == (503 if is_allowed else 403 if who else 401), answer.text
    assert set(answer.json) == {"error"}
