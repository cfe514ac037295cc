"""The page about oneself."""

import re

import pytest

from paas.web import identity


def test_account_names_user_and_role(signed_in):
    page = signed_in.get("/account").text
    assert "ada" in page
    assert "admin" in page


def test_account_is_for_who_is_signed_in(client, ada):
    assert client.get("/account").location == "/login?next=/account"


def test_signing_out_everywhere_ends_all_browsers_and_tokens_and_tells_sockets(app, signed_in, csrf):
    other = app.test_client()
    answer = other.post("/api/v1/login", json={"username": "ada", "password": "correct horse"})
    bearer = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert other.get("/api/v1/session", headers=bearer).status_code == 200

    told = []

    def hear(_sender, session_id):
        told.append(session_id)

    with identity.session_ended.connected_to(hear):
        answer = signed_in.post("/account/sign-out-everywhere", data={"csrf_token": csrf("/account")})
    assert answer.location == "/login"
    assert len(set(told)) == 2
    assert signed_in.get("/account").status_code == 303
    assert other.get("/api/v1/session", headers=bearer).status_code == 401


FORM = {"current": "correct horse", "password": "battery staple", "confirm": "battery staple"}


@pytest.fixture
def other(app, signed_in, csrf):
    """Another browser of ada's."""
    browser = app.test_client()
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.get("/login").text)[1]
    form = {"username": "ada", "password": "correct horse", "csrf_token": token}
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"}
    assert browser.post("/login", data=form, headers=firefox).status_code == 303
    return browser


def is_in(browser):
    return browser.get("/account").status_code == 200


def sessions_shown(browser):
    return re.findall(r'name="session" value="([^"]+)"', browser.get("/account").text)


def test_sessions_are_shown_this_one_first_and_one_of_them_is_ended(signed_in, other, send):
    html = signed_in.get("/account").text
    assert html.index("this one") < html.index("Firefox on Linux")
    this, its = sessions_shown(signed_in)
    told = []

    def hear(_sender, session_id):
        told.append(session_id)

    with identity.session_ended.connected_to(hear):
        assert send("/account/sessions/end", session=its).location == "/account#sessions"
    assert told == [its]
    assert not is_in(other)
    assert sessions_shown(signed_in) == [this]
    send("/account/sessions/end", session=its)
    assert "There is no such session." in signed_in.get("/account").text


def test_session_of_somebody_else_is_not_ended(signed_in, other, send, add, sign_in):
    add("bob")
    send("/logout")
    sign_in("bob")  # in the browser that was ada's
    theirs = sessions_shown(other)[0]
    send("/account/sessions/end", session=theirs)
    assert is_in(other)


def test_ending_this_session_signs_out(signed_in, send):
    assert send("/account/sessions/end", session=sessions_shown(signed_in)[0]).location == "/login"
    assert not is_in(signed_in)


def test_all_others_are_ended(signed_in, other, send):
    send("/account/sessions/end-others")
    assert (is_in(signed_in), is_in(other)) == (True, False)
    assert "End all others" not in signed_in.get("/account").text


def test_changed_password_ends_the_others(signed_in, other, send):
    assert send("/account/password", **FORM).location == "/account"
    assert "The password is changed. One other session is ended." in signed_in.get("/account").text
    assert (is_in(signed_in), is_in(other)) == (True, False)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"current": "wrong horse"}, "current", "not your password"),
        ({"current": ""}, "current", "Enter the password"),
        ({"password": "short", "confirm": "short"}, "password", "at least 10 characters"),
        ({"confirm": "something else"}, "confirm", "The two passwords differ"),
    ],
)
def test_wrong_field_of_the_password_says_so(signed_in, other, send, change, field, says):
    answer = send("/account/password", **FORM | change)
    assert answer.status_code == 400
    assert re.search(rf'id="{field}-error">[^<]*{says}', answer.text)
    assert is_in(other)


def test_password_cannot_be_guessed_here_at_leisure(signed_in, send):
    wrong = FORM | {"current": "wrong horse"}
    assert [send("/account/password", **wrong).status_code for _ in range(6)] == [400] * 5 + [429]
