"""One table of permissions, asked at every route with every credential. A new route must be named here to pass."""

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

MAKE_TOKEN = "/api/v1/account/tokens"
ANYONE = "anyone"
SIGNED_IN = "whoever is signed in"

# The longest beginning of a route's address that is listed decides.
ROUTES = {
    "/": SIGNED_IN,
    "/static/": ANYONE,
    "/login": ANYONE,
    "/logout": ANYONE,
    "/setup": ANYONE,
    "/healthz": ANYONE,
    "/account": Action.MANAGE_ACCOUNT,
    "/containers": Action.SEE_CONTAINERS,
    "/apps": SIGNED_IN,
    "/apps/new": Action.CREATE_APPS,
    "/deployments": SIGNED_IN,
    "/api/v1/login": ANYONE,
    "/api/v1/openapi.json": ANYONE,
    "/api/v1/session": SIGNED_IN,
    "/api/v1/account": Action.MANAGE_ACCOUNT,
    "/reference": SIGNED_IN,
    "/audit": Action.SEE_AUDIT,
    "/users": Action.MANAGE_USERS,
    "/join": ANYONE,  # who has the link of an invitation
    "/api/v1/users": Action.MANAGE_USERS,
    "/api/v1/invitations": Action.MANAGE_USERS,
    "/api/v1/audit": Action.SEE_AUDIT,
    "/api/v1/containers": Action.SEE_CONTAINERS,
    "/api/v1/apps": SIGNED_IN,
    "/api/v1/hooks": ANYONE,  # who knows the secret of the app's webhook
    "/api/v1/deployments": SIGNED_IN,  # what of an app's they show, tests/web/api/test_deployments.py asks
}

# Raw WebSockets: all of them show something of one app, and ask for the right to see it before the upgrade.
SOCKETS = {
    "/ws/container/logs": "/ws/container/logs?appId={app}",
    "/ws/deployment/logs": "/ws/deployment/logs?deploymentId={deployment}",
    "/api/v1/apps/<reference>/logs/stream": "/api/v1/apps/{app}/logs/stream",
}
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OTAxMjM0NQ==",
}

# Routes about one app: what they need of it, and what must be sent so that nothing but the right is in the way.
OF_AN_APP = {
    ("GET", "/api/v1/apps/<reference>"): (Action.SEE_APP, None),
    ("PATCH", "/api/v1/apps/<reference>"): (Action.MANAGE_APP, {"branch": "next"}),
    ("DELETE", "/api/v1/apps/<reference>"): (Action.MANAGE_APP, {"name": "shop"}),
    ("POST", "/api/v1/apps/<reference>/deploy-key"): (Action.MANAGE_APP, None),
    ("POST", "/api/v1/apps/<reference>/webhook-secret"): (Action.MANAGE_APP, None),
    ("GET", "/api/v1/apps/<reference>/environment"): (Action.MANAGE_APP, None),
    ("PUT", "/api/v1/apps/<reference>/environment"): (Action.MANAGE_APP, {"variables": []}),
    ("PUT", "/api/v1/apps/<reference>/environment/<key>"): (Action.MANAGE_APP, {"value": "b"}),
    ("DELETE", "/api/v1/apps/<reference>/environment/<key>"): (Action.MANAGE_APP, None),
    ("GET", "/api/v1/apps/<reference>/grants"): (Action.GIVE_GRANTS, None),
    ("PUT", "/api/v1/apps/<reference>/grants/<username>"): (Action.GIVE_GRANTS, {"grant": "view"}),
    ("DELETE", "/api/v1/apps/<reference>/grants/<username>"): (Action.GIVE_GRANTS, None),
    ("GET", "/api/v1/apps/<reference>/deployments"): (Action.SEE_APP, None),
    ("GET", "/api/v1/apps/<reference>/logs"): (Action.SEE_APP, None),
    ("POST", "/api/v1/apps/<reference>/deployments"): (Action.DEPLOY_APP, None),
    ("GET", "/api/v1/apps/<reference>/deployments/<int:number>"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>/logs"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>/delete"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/delete"): (Action.MANAGE_APP, None),
    ("GET", "/apps/<name>/deployments/compare"): (Action.SEE_APP, None),
    ("POST", "/apps/<name>/look"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/scale"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/switch"): (Action.DEPLOY_APP, None),
    ("GET", "/apps/<name>/environment"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/environment"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/environment/file"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/environment/remove"): (Action.MANAGE_APP, None),
    ("GET", "/apps/<name>/settings"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/settings"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/settings/access"): (Action.GIVE_GRANTS, None),
    ("POST", "/apps/<name>/settings/access/withdraw"): (Action.GIVE_GRANTS, None),
    ("POST", "/apps/<name>/settings/token"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/settings/deploy-key"): (Action.MANAGE_APP, None),
    ("POST", "/apps/<name>/settings/webhook-secret"): (Action.MANAGE_APP, None),
    ("GET", "/apps/<name>/deployments"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>/deployments/<int:number>"): (Action.SEE_APP, None),
    ("GET", "/apps/<name>/deploy"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/deploy"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/deployments/<int:number>/again"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/deployments/<int:number>/rollback"): (Action.DEPLOY_APP, None),
    ("POST", "/apps/<name>/deployments/<int:number>/cancel"): (Action.DEPLOY_APP, None),
}


def needed(address):
    beginnings = [beginning for beginning in ROUTES if beginning != "/" and address.startswith(beginning)]
    return ROUTES[max(beginnings, key=len)] if beginnings else ROUTES.get(address)


def routes(app):
    for rule in app.url_map.iter_rules():
        if rule.websocket:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield method, rule.rule


def concrete(rule):
    rule = re.sub("<int:[^<>]*>", "1", rule)
    return rule.replace("<path:filename>", "css/quayside.css").replace("<name>", "shop").replace("<id>", "shop")


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


def was_let_in(answer):
    return answer.status_code not in (401, 403) and not (answer.location or "").startswith("/login")


def is_of_an_app(rule):
    return re.match(r"(/api/v1)?/apps/<", rule) is not None


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


def test_every_route_of_an_app_says_what_it_needs(app):
    assert {(method, rule) for method, rule in routes(app) if is_of_an_app(rule)} == set(OF_AN_APP)


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


def test_every_raw_socket_is_known(app):
    assert {rule.rule for rule in app.url_map.iter_rules() if rule.websocket} == set(SOCKETS)


@pytest.mark.parametrize("rule", SOCKETS)
@pytest.mark.parametrize(("who", "status"), [("ada", 503), ("bob", 503), ("eve", 403), (None, 401)])
def test_raw_socket_opens_to_who_may_see_the_app(app, database, shop, client, monkeypatch, rule, who, status):
    """No server listens here that could take the socket over: who is let in is told that, by 503."""
    monkeypatch.setattr("paas.web.sockets.visitors.presence.presence", lambda _app: Presence(app))
    with database.session() as session:
        deployment = requests.request(session, Someone(0, "ada", Role.OWNER), shop, trigger="page").id
    headers = dict(UPGRADE)
    if who:
        answer = client.post("/api/v1/login", json={"username": who, "password": "correct horse"})
        headers["Authorization"] = f"Bearer {answer.json['access_token']}"
    address = SOCKETS[rule].format(app=shop.id, deployment=deployment)
    answer = app.test_client().get(address, headers=headers)
    assert answer.status_code == status, answer.text
    assert set(answer.json) == {"error"}
