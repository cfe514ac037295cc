"""One table of permissions, asked at every route with every credential. A new route must be named here to pass."""

import pytest

from paas.accounts.permissions import Action, Role, may
from paas.accounts.permissions import Actor as Someone

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
    "/account": SIGNED_IN,
    "/containers": Action.SEE_CONTAINERS,
    "/api/v1/login": ANYONE,
    "/api/v1/session": SIGNED_IN,
    "/api/v1/containers": Action.SEE_CONTAINERS,
}


def needed(address):
    beginnings = [beginning for beginning in ROUTES if beginning != "/" and address.startswith(beginning)]
    return ROUTES[max(beginnings, key=len)] if beginnings else ROUTES.get(address)


def routes(app):
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield method, rule.rule


def concrete(rule):
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
            if method != "GET" or needed(rule) is ANYONE:
                continue
            answer = browser.get(concrete(rule), headers=headers)
            assert was_let_in(answer) is is_allowed(role, needed(rule)), f"{role} at {rule}: {answer.status}"


def is_allowed(role, what):
    return role is not None and (what is SIGNED_IN or may(Someone(1, "ada", role), what))


def was_let_in(answer):
    return answer.status_code not in (401, 403) and not (answer.location or "").startswith("/login")
