"""Access tokens: got with a password or for a page, used instead of a cookie."""

import time

import jwt
import pytest

from paas.accounts import tokens
from paas.web import identity
from paas.web.presence import Look

GOOD = {"username": "ada", "password": "correct horse"}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def token(client, ada):
    return client.post("/api/v1/login", json=GOOD).json["access_token"]


def page_token(client, csrf):
    return client.post("/api/v1/session/token", headers={"X-CSRFToken": csrf("/account")})


def test_password_gives_a_token_and_no_cookie(client, ada):
    answer = client.post("/api/v1/login", json=GOOD)
    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "expires_in"}
    assert answer.json["expires_in"] == 12 * 3600
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER"])
def test_token_opens_what_the_cookie_opens(client, token, word):
    answer = client.get("/api/v1/session", headers={"Authorization": f"{word} {token}"})
    assert (answer.status_code, answer.json) == (200, {"signed_in": True, "username": "ada", "role": "admin"})
    assert client.get("/containers", headers=bearer(token)).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"username": "ada", "password": "wrong horse"}, {"username": "\ud800", "password": "x"}]
)
def test_wrong_password_has_the_shape_of_every_error(client, ada, wrong):
    answer = client.post("/api/v1/login", json=wrong)
    assert answer.status_code == 401
    assert answer.json == {"error": {"kind": "not_signed_in", "message": "Wrong username or password."}}


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {}},
        {"json": []},
        {"json": "ada"},
        {"json": {"username": "ada"}},
        {"json": {"username": 1, "password": None}},
        {"json": {"username": ["ada"], "password": "x"}},
        {"data": "not json", "content_type": "application/json"},
        {"data": GOOD},
        {"data": "[" * 100_000, "content_type": "application/json"},
        {},
    ],
)
def test_anything_but_two_texts_is_invalid(client, ada, sent):
    answer = client.post("/api/v1/login", **sent)
    assert answer.status_code == 400
    assert answer.json["error"]["kind"] == "invalid"
    assert "Send JSON with two texts" in answer.json["error"]["message"]


@pytest.mark.parametrize("made_up", ["", "x", "a.b.c", "é"])
def test_bad_token_is_refused_even_beside_a_good_cookie(signed_in, made_up):
    answer = signed_in.get("/api/v1/session", headers=bearer(made_up))
    assert answer.status_code == 401
    assert answer.json["error"]["kind"] == "not_signed_in"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_other_kinds_of_authorization_leave_the_cookie_in_force(signed_in):
    assert signed_in.get("/api/v1/session", headers={"Authorization": "Basic YTpi"}).status_code == 200


def test_expired_token_is_refused(client, token, services):
    claims = jwt.decode(token, options={"verify_signature": False})
    expired = tokens.issue(services.secret_key, user_id=1, session_id=claims["sid"], lifetime_seconds=-1)
    answer = client.get("/api/v1/session", headers=bearer(expired))
    assert "has expired" in answer.json["error"]["message"]


def test_token_for_another_user_of_the_session_is_refused(client, token, services):
    claims = jwt.decode(token, options={"verify_signature": False})
    odd = tokens.issue(services.secret_key, user_id=99, session_id=claims["sid"], lifetime_seconds=60)
    assert client.get("/api/v1/session", headers=bearer(odd)).status_code == 401


def test_page_gets_a_token_for_its_sockets(signed_in, csrf):
    answer = page_token(signed_in, csrf)
    assert answer.status_code == 200
    assert answer.json["expires_in"] == 15 * 60
    assert signed_in.get("/api/v1/session", headers=bearer(answer.json["access_token"])).status_code == 200


def test_token_of_a_page_dies_with_its_session(app, signed_in, csrf):
    token = page_token(signed_in, csrf).json["access_token"]
    signed_in.post("/logout", data={"csrf_token": csrf("/account")})
    answer = app.test_client().get("/api/v1/session", headers=bearer(token))
    assert answer.status_code == 401
    assert "has ended" in answer.json["error"]["message"]


def test_cookie_alone_gives_no_token_without_the_form_token(signed_in):
    answer = signed_in.post("/api/v1/session/token")
    assert (answer.status_code, answer.json["error"]["kind"]) == (400, "invalid")


def test_token_cannot_make_another(client, token):
    answer = client.post("/api/v1/session/token", headers=bearer(token))
    assert (answer.status_code, answer.json["error"]["kind"]) == (401, "not_signed_in")


def test_session_says_so_when_there_is_none(client, ada):
    answer = client.get("/api/v1/session")
    assert (answer.status_code, answer.json["error"]["kind"]) == (401, "not_signed_in")


def now(database, actor):
    """Who an open socket's visitor is now."""
    return Look(database, identity.all_now([actor.session_id])).actor(actor)


def test_actor_of_an_open_socket_is_asked_for_again(app, token, database, monkeypatch):
    with app.test_request_context():
        actor = identity.actor_from_token(token)
        assert now(database, actor) == actor
        assert now(database, actor).expires_at == actor.expires_at
        monkeypatch.setattr("paas.web.presence.time.time", lambda: actor.expires_at)
        with pytest.raises(identity.NotSignedIn):
            now(database, actor)


def test_actor_of_an_open_socket_ends_with_the_session(app, token, database):
    with app.test_request_context():
        actor = identity.actor_from_token(token)
        identity.end_session(actor.session_id)
        with pytest.raises(identity.NotSignedIn):
            now(database, actor)
    assert actor.expires_at == pytest.approx(time.time() + 12 * 3600, abs=60)
