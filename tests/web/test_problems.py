"""Every error, at the API and on a page."""

import logging

import pytest
from sqlalchemy.exc import OperationalError

from paas import errors
from paas.errors import Problem, TooMany
from paas.web import problems
from paas.web.context import KEY


def kinds(kind=Problem):
    """Every kind there is, wherever it is defined."""
    for sub in kind.__subclasses__():
        yield from (sub, *kinds(sub))


NAMED = sorted({kind.kind: kind for kind in kinds()}.values(), key=lambda kind: kind.kind)


@pytest.fixture
def raising(app):
    """``raising(error)`` makes /api/raise and /raise fail with it."""

    def raising(error):
        def fail():
            raise error

        app.add_url_rule("/api/raise", "api_raise", fail)
        app.add_url_rule("/raise", "raise", fail)

    return raising


def test_every_kind_has_a_status():
    assert set(problems.STATUS) == {kind.kind for kind in NAMED}


@pytest.mark.parametrize("kind", NAMED)
def test_api_answers_in_one_shape(client, raising, kind):
    raising(kind("What failed."))
    answer = client.get("/api/raise")
    assert answer.status_code == problems.STATUS[kind.kind]
    assert answer.json == {"error": {"kind": kind.kind, "message": "What failed."}}


@pytest.mark.parametrize("kind", [kind for kind in NAMED if kind is not errors.NotSignedIn])
def test_page_says_what_failed(client, raising, kind):
    raising(kind("What <b> failed."))
    answer = client.get("/raise")
    assert answer.status_code == problems.STATUS[kind.kind]
    assert answer.mimetype == "text/html"
    assert "What &lt;b&gt; failed." in answer.text
    assert f'data-kind="{kind.kind}"' in answer.text


def test_too_many_says_when_to_come_back(client, raising):
    raising(TooMany("Wait.", retry_after_seconds=7))
    assert client.get("/raise").headers["Retry-After"] == "7"


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("/containers", "/login?next=/containers"),
        ("/containers?q=a+b", "/login?next=/containers?q%3Da%2Bb"),
        ("/", "/login"),
    ],
)
def test_page_leads_to_the_form_and_back(client, ada, asked, location):
    answer = client.get(asked)
    assert (answer.status_code, answer.location) == (303, location)


@pytest.mark.parametrize(
    ("method", "path", "status", "kind", "says"),
    [
        ("GET", "/nowhere", 404, "not_found", "There is nothing at /nowhere."),
        ("POST", "/nowhere", 404, "not_found", "There is nothing at /nowhere."),
        ("GET", "/static/nowhere.js", 404, "not_found", "There is no file nowhere.js."),
        ("GET", "/logout", 405, "invalid", "GET is not possible at /logout."),
        ("DELETE", "/login", 405, "invalid", "DELETE is not possible at /login."),
    ],
)
def test_what_flask_finds_by_itself_has_our_words(client, method, path, status, kind, says):
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert f'data-kind="{kind}"' in answer.text
    assert says in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api/v1/nowhere", 404, "not_found"),
        ("GET", "/api/v1/login", 405, "invalid"),
        ("DELETE", "/api/v1/session", 405, "invalid"),
    ],
)
def test_api_has_one_shape_for_what_flask_finds_too(client, method, path, status, kind):
    answer = client.open(path, method=method)
    assert answer.status_code == status
    assert answer.json["error"]["kind"] == kind
    assert ("Allow" in answer.headers) is (status == 405)


def test_too_large_a_body_is_refused(client):
    answer = client.post("/api/v1/login", data=b"x" * (1024 * 1024 + 1), content_type="application/json")
    assert answer.status_code == 413
    assert answer.json["error"] == {"kind": "invalid", "message": "What was sent is too large: 1 MB is the most."}


@pytest.mark.parametrize("path", ["/api/raise", "/raise"])
def test_bug_is_logged_once_and_its_details_stay_here(client, raising, caplog, path):
    raising(ZeroDivisionError("the secret"))
    answer = client.get(path)
    assert answer.status_code == 500
    assert "the secret" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info[0] is ZeroDivisionError
    assert f"GET {path} failed" in record.message


def test_bug_has_a_kind_of_its_own(client, raising):
    raising(KeyError("x"))
    assert client.get("/api/raise").json["error"]["kind"] == "internal"


def test_database_that_fails_leaves_a_page_that_says_so(signed_in, database, monkeypatch):
    def fail(*_args, **_more):
        raise OperationalError("SELECT", {}, Exception("disk I/O error"))

    monkeypatch.setattr("paas.accounts.sessions.find_all", fail)
    answer = signed_in.get("/containers")
    assert answer.status_code == 503
    assert "The database does not answer: disk I/O error." in answer.text


def test_page_that_cannot_be_drawn_still_says_what_failed(app, client, raising, monkeypatch, caplog):
    raising(errors.Conflict("What <b> failed."))
    monkeypatch.setattr(app.jinja_env, "get_or_select_template", None)
    answer = client.get("/raise")
    assert answer.status_code == 409
    assert "What &lt;b&gt; failed." in answer.text
    assert "could not be drawn" in caplog.text


def test_services_are_at_hand(app, services):
    assert app.extensions[KEY] is services
