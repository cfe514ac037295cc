"""The page of the people here, and the page that an invitation opens."""

import re

import pytest


@pytest.fixture
def bob(add):
    return add("bob", "member")


@pytest.fixture
def link(send):
    """``link()`` -> the path of a new invitation, read from the page."""

    def link(role="member", note="for Eve"):
        html = send("/users/invitations", role=role, note=note).text
        return re.search(r"http://localhost(/join\?code=[\w-]+)</pre>", html)[1]

    return link


def join(browser, path, username="eve", password="correct horse", **more):  # noqa: S107 - for one test
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', browser.get(path).text)[1]
    form = {"username": username, "password": password, "confirm": password, "csrf_token": token} | more
    return browser.post(path, data=form)


def test_page_shows_who_is_here_and_what_can_be_done_with_whom(signed_in, bob):
    html = signed_in.get("/users").text
    assert "Role of bob" in html
    assert 'aria-label="Remove bob"' in html
    assert "Role of ada" not in html
    assert 'href="/users"' in signed_in.get("/apps").text


def test_invited_person_makes_their_account_and_is_signed_in(app, link, signed_in):
    path = link()
    assert "for Eve" in signed_in.get("/users").text
    assert path not in signed_in.get("/users").text
    browser = app.test_client()
    assert join(browser, path).location == "/"
    assert "eve" in browser.get("/account").text
    assert "for Eve" not in signed_in.get("/users").text
    again = app.test_client().get(path)
    assert (again.status_code, "opens nothing" in again.text) == (403, True)


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"username": "ada"}, 409, "There is a user ada already"),
        ({"password": "short", "confirm": "short"}, 400, "at least 10 characters"),
        ({"confirm": "another one"}, 400, "The two passwords differ"),
        ({"username": ""}, 400, "Choose a username"),
    ],
)
def test_account_that_cannot_be_made_says_why(app, link, form, status, says):
    answer = join(app.test_client(), link(), **form)
    assert (answer.status_code, says in answer.text) == (status, True)


def test_withdrawn_invitation_opens_nothing(app, link, send, signed_in):
    path = link()
    number = re.search(r'name="invitation" value="(\d+)"', signed_in.get("/users").text)[1]
    send("/users/invitations/withdraw", invitation=number)
    assert app.test_client().get(path).status_code == 403
    send("/users/invitations/withdraw", invitation="x")
    assert "There is no such invitation." in signed_in.get("/users").text


def test_wrong_invitation_is_refused_on_the_page(send):
    answer = send("/users/invitations", role="owner")
    assert (answer.status_code, "The role must be admin or member." in answer.text) == (400, True)


def test_role_is_changed(send, signed_in, bob):
    send("/users/bob/role", role="admin")
    assert "bob is admin now." in signed_in.get("/users").text
    send("/users/bob/role", role="owner")
    assert "There is one owner." in signed_in.get("/users").text
    send("/users/ada/role", role="member")
    assert "This is you." in signed_in.get("/users").text


def test_removal_asks_for_the_name_and_ends_what_was_open(send, signed_in, bob, app):
    browser = app.test_client()
    answer = browser.post("/api/v1/login", json={"username": "bob", "password": "correct horse"})
    bearer = {"Authorization": f"Bearer {answer.json['access_token']}"}
    wrong = send("/users/bob/remove", typed="bobby")
    assert (wrong.status_code, "give their name: bob" in wrong.text) == (400, True)
    assert browser.get("/api/v1/session", headers=bearer).status_code == 200
    assert send("/users/bob/remove", typed="bob").location == "/users"
    assert browser.get("/api/v1/session", headers=bearer).status_code == 401
    assert signed_in.get("/users/bob/remove").status_code == 404


def test_member_finds_no_users_and_can_do_nothing_to_them(client, add, sign_in, csrf):
    add("ada")
    add("bob", "member")
    sign_in("bob")
    assert 'href="/users"' not in client.get("/apps").text
    form = {"csrf_token": csrf("/account"), "role": "admin", "typed": "ada"}
    for path in ("/users/invitations", "/users/invitations/withdraw", "/users/bob/role", "/users/ada/remove"):
        assert client.post(path, data=form).status_code == 403
