"""Tokens for programs, on the account page."""

import re

import pytest

from paas.web import identity


@pytest.fixture
def make(send):
    def make(**form):
        return send("/account/tokens", **{"name": "ci", "scope": "read", "days": "30"} | form)

    return make


def token_in(html):
    return re.search(r"qs_[\w-]+", html)[0]


def test_token_is_shown_once_used_and_withdrawn(app, signed_in, send, make):
    token = token_in(make().text)
    bearer = {"Authorization": f"Bearer {token}"}
    assert token not in signed_in.get("/account").text
    assert "never used" in signed_in.get("/account").text
    assert app.test_client().get("/api/v1/apps", headers=bearer).status_code == 200
    html = signed_in.get("/account").text
    assert "from 127.0.0.1" in html
    told = []

    def hear(_sender, session_id):
        told.append(session_id)

    with identity.session_ended.connected_to(hear):
        send("/account/tokens/withdraw", token=re.search(r'name="token" value="(\d+)"', html)[1])
    assert told == ["token:1"]
    assert "The token ci is withdrawn." in signed_in.get("/account").text
    assert app.test_client().get("/api/v1/apps", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"name": ""}, "Give the token a name"),
        ({"scope": "all"}, "The scope must be one of"),
        ({"days": "never"}, "A token lives 1 to 365 days"),
        ({"days": "9999999999"}, "A token lives 1 to 365 days"),
    ],
)
def test_token_that_cannot_be_made_says_why(make, form, says):
    answer = make(**form)
    assert (answer.status_code, says in answer.text) == (400, True)


@pytest.mark.parametrize("number", ["", "x", "7", "99999999999"])
def test_withdrawing_nothing_is_said(send, signed_in, number):
    send("/account/tokens/withdraw", token=number)
    assert "There is no such token." in signed_in.get("/account").text


def test_tokens_are_made_listed_and_withdrawn_over_rest(app, signed_in, csrf):
    headers = {"X-CSRFToken": csrf("/account")}
    address = "/api/v1/account/tokens"
    made = signed_in.post(address, json={"name": "ci", "scope": "deploy", "days": 1}, headers=headers)
    token = made.json.pop("token")
    assert made.status_code == 201
    found = signed_in.get(address).json["tokens"]
    assert [each["name"] for each in found] == ["ci"]
    assert token not in str(found)
    bearer = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/v1/session", headers=bearer).json["username"] == "ada"
    for wrong in (
        {"name": "x", "scope": "read", "days": "30"},
        {"name": "x"},
        {"name": "x", "scope": "read", "until": 1},
    ):
        assert signed_in.post(address, json=wrong, headers=headers).status_code == 400
    assert signed_in.delete(f"{address}/{found[0]['id']}", headers=headers).status_code == 204
    assert signed_in.delete(f"{address}/99999999999999999999", headers=headers).status_code == 404
    assert app.test_client().get("/api/v1/session", headers=bearer).status_code == 401


def test_token_cannot_change_the_account(app, signed_in, make):
    bearer = {"Authorization": f"Bearer {token_in(make(scope='admin').text)}"}
    browser = app.test_client()
    for method, path in (("POST", "tokens"), ("GET", "tokens"), ("DELETE", "sessions"), ("PUT", "password")):
        answer = browser.open(f"/api/v1/account/{path}", method=method, headers=bearer, json={"name": "x"})
        assert (answer.status_code, "With this token you may not" in answer.text) == (403, True)
    assert browser.post("/api/v1/session/token", headers=bearer).status_code == 401
