"""Making the owner in a browser."""

import pytest

from paas.accounts import setup, users
from paas.accounts.permissions import Role

GOOD = {"username": "Ada", "password": "correct horse", "confirm": "correct horse"}


@pytest.fixture
def code(database):
    with database.session() as session:
        return setup.ensure_code(session)


def everyone(database):
    with database.session() as session:
        return users.everyone(session)


@pytest.fixture
def submit(client, csrf, code):
    def submit(code=code, **form):
        token = csrf(f"/setup?code={code}")
        return client.post(f"/setup?code={code}", data=GOOD | {"csrf_token": token} | form)

    return submit


def test_link_makes_the_owner_who_is_signed_in_at_once(client, submit, database):
    assert submit().location == "/"
    [owner] = everyone(database)
    assert (owner.username, owner.role) == ("Ada", Role.OWNER)
    assert "Ada" in client.get("/account").text


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"username": ""}, "Choose a username."),
        ({"username": "a b"}, "The username must have"),
        ({"password": "short", "confirm": "short"}, "at least 10 characters"),
        ({"confirm": "another one"}, "The two passwords differ."),
        ({"confirm": ""}, "Enter the password a second time."),
    ],
)
def test_what_is_wrong_is_said_and_the_link_stays_good(submit, database, change, says):
    answer = submit(**change)
    assert answer.status_code == 400
    assert says in answer.text
    assert everyone(database) == []
    assert submit().status_code == 303


def test_without_a_code_the_page_says_where_to_find_it(client, code):
    answer = client.get("/setup")
    assert answer.status_code == 200
    assert "it printed a link" in answer.text
    assert "csrf_token" not in answer.text


def test_wrong_code_shows_no_form_and_makes_nobody(client, csrf, code, database):
    assert client.get("/setup?code=guess").status_code == 403
    token = csrf(f"/setup?code={code}")
    answer = client.post("/setup?code=guess", data=GOOD | {"csrf_token": token})
    assert answer.status_code == 403
    assert "not valid, or no longer" in answer.text
    assert everyone(database) == []


def test_link_used_again_leads_to_the_form(client, code, submit):
    submit()
    for answer in (client.get(f"/setup?code={code}"), client.get("/setup")):
        assert (answer.status_code, answer.location) == (303, "/login")
