"""What requests leave in the audit log."""

import pytest

from paas.accounts import audit
from paas.accounts.audit import Filter
from paas.accounts.permissions import Actor, Role
from paas.errors import Unavailable
from paas.web import audited

OWNER = Actor(0, "root", Role.OWNER)
DOCUMENT = {"name": "shop", "repository": "https://git.example.org/shop.git"}


@pytest.fixture
def log(database):
    """``log()`` -> (who, action, on what, result) of each entry, oldest first."""

    def log(*names):
        with database.session() as session:
            found = audit.find(session, OWNER, Filter())
        wanted = names or ("username", "action", "subject", "result")
        return [tuple(getattr(entry, name) for name in wanted) for entry in reversed(found)]

    return log


@pytest.fixture
def api(app, add):
    def api(who, role):
        add(who, role)
        token = app.test_client().post("/api/v1/login", json={"username": who, "password": "correct horse"}).json
        headers = {"Authorization": f"Bearer {token['access_token']}"}
        return lambda method, path, **more: app.test_client().open(path, method=method, headers=headers, **more)

    return api


def test_every_route_that_may_change_something_is_named(app):
    unsafe = {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods - set(audited.SAFE)}
    assert unsafe == set(audited.ROUTES)


def test_signing_in_and_out_and_what_failed_of_it(client, ada, sign_in, csrf, log):
    sign_in(password="wrong horse")
    sign_in(username="hunter2-typed-here")
    sign_in()
    client.post("/logout", data={"csrf_token": csrf("/account")})
    client.post("/api/v1/login", json={"username": "ADA", "password": "correct horse"})
    assert log() == [
        ("", "sign in", "user ada", "refused"),
        ("", "sign in", "an unknown user", "refused"),
        ("ada", "sign in", "user ada", "done"),
        ("ada", "sign out", "", "done"),
        ("ada", "sign in", "user ada", "done"),
    ]
    assert log("door", "address")[-1] == ("api", "127.0.0.1")


def test_what_is_done_over_rest_is_named_by_the_name_of_the_app(api, log):
    ada = api("ada", "admin")
    number = ada("POST", "/api/v1/apps", json=DOCUMENT).json["id"]
    ada("PATCH", f"/api/v1/apps/{number}", json={"branch": "next"})
    deployment = ada("POST", "/api/v1/apps/shop/deployments").json["id"]
    ada("POST", f"/api/v1/deployments/{deployment}/cancel")
    ada("PATCH", "/api/v1/apps/shop", json={"branch": "a..b"})
    ada("DELETE", "/api/v1/apps/shop", json={"name": "shop"})
    assert log()[1:] == [
        ("ada", "create app", "app shop", "done"),
        ("ada", "change app", "app shop", "done"),
        ("ada", "deploy app", "app shop", "done"),
        ("ada", "cancel deployment", "app shop, deployment 1", "done"),
        ("ada", "change app", "app shop", "failed"),
        ("ada", "delete app", "app shop", "done"),
    ]


def test_refused_attempts_stand_there_too(api, client, log):
    api("ada", "admin")("POST", "/api/v1/apps", json=DOCUMENT)
    bob = api("bob", "member")
    bob("DELETE", "/api/v1/apps/shop", json={"name": "shop"})
    bob("GET", "/api/v1/audit")
    bob("GET", "/containers")
    client.post("/api/v1/apps", json=DOCUMENT, headers={"Authorization": "Bearer made.up"})
    assert log()[3:] == [
        ("bob", "delete app", "app shop", "refused"),
        ("bob", "open", "/api/v1/audit", "refused"),
        ("bob", "open", "/containers", "refused"),
        ("", "create app", "app shop", "refused"),
    ]


def test_nobody_known_cannot_fill_the_disk(app, client, ada, log):
    for _ in range(70):
        client.post("/api/v1/apps", json=DOCUMENT, headers={"Authorization": "Bearer made.up"})
    assert len(log()) == 60


def test_refused_looks_of_one_person_cannot_fill_the_disk(api, log):
    bob = api("bob", "member")
    for _ in range(70):
        bob("GET", "/api/v1/audit")
    assert len(log()) == 61


def test_looking_leaves_nothing(signed_in, log):
    before = log()
    for path in ("/apps", "/account", "/audit", "/api/v1/apps", "/nothing"):
        signed_in.get(path)
    assert log() == before


def test_page_that_is_not_signed_in_is_refused_although_it_is_sent_on(client, ada, csrf, log):
    assert client.post("/apps/new", data={"csrf_token": csrf(), "name": "shop"}).status_code == 303
    assert log() == [("", "create app", "app shop", "refused")]


def test_problem_that_the_page_tells_and_goes_on_is_a_failure(signed_in, csrf, log):
    form = {"csrf_token": csrf("/account"), "session": "0" * 64}
    assert signed_in.post("/account/sessions/end", data=form).status_code == 303
    assert log()[-1][1:] == ("end session", "0" * 64, "refused")


def test_no_secret_is_written(api, database, log):
    ada = api("ada", "admin")
    ada("POST", "/api/v1/apps", json=DOCUMENT | {"git_token": "s3cret-token"})
    ada("PUT", "/api/v1/apps/shop/environment/API_TOKEN", json={"value": "s3cret-value"})
    ada("PUT", "/api/v1/account/password", json={"current": "s3cret-old", "password": "s3cret-new"})
    written = str(log("username", "action", "subject", "detail"))
    assert "s3cret" not in written
    assert "API_TOKEN" in written


def test_request_that_is_too_large_or_no_json_is_no_obstacle(api, log):
    ada = api("ada", "admin")
    assert ada("POST", "/api/v1/apps", data=b"x" * 2_000_000, content_type="application/json").status_code == 413
    assert ada("POST", "/api/v1/apps", data=b"{", content_type="application/json").status_code == 400
    assert log()[-2:] == [("ada", "create app", "app ?", "failed")] * 2


@pytest.mark.parametrize(("error", "is_traced"), [(RuntimeError("full"), True), (Unavailable("full"), False)])
def test_answer_does_not_wait_for_a_log_that_cannot_be_written(api, monkeypatch, caplog, error, is_traced):
    """A full disk or a database that is away is said in a line: a traceback would explain nothing."""
    ada = api("ada", "admin")

    def broken(*_):
        raise error

    monkeypatch.setattr(audit, "record", broken)
    assert ada("POST", "/api/v1/apps", json=DOCUMENT).status_code == 201
    assert "could not be written into the audit log" in caplog.text
    assert "full" in caplog.text
    assert ("Traceback" in caplog.text) is is_traced
