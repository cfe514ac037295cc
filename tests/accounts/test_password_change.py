"""Another password: who may choose it, and what ends with the old one."""

import time

import pytest

from paas.accounts import password_change, passwords, sessions, users
from paas.accounts.permissions import Role
from paas.errors import Conflict, Invalid, NotFound, NotSignedIn

OLD, NEW = "correct horse", "battery staple"


@pytest.fixture
def ada(database):
    return users.add(database, "ada", OLD, role=Role.ADMIN)


@pytest.fixture
def sign_in(database, ada):
    def sign_in():
        with database.session() as session:
            token = sessions.start(session, ada.id, address="", user_agent="", now=time.time())
            return sessions.find(session, sessions.id_of(token), now=time.time())

    return sign_in


def lives(database, actor):
    with database.session() as session:
        return sessions.find(session, actor.session_id, now=time.time()) is not None


def test_new_password_counts_and_ends_the_other_sessions(database, sign_in):
    this, other = sign_in(), sign_in()
    assert password_change.change(database, this, OLD, NEW) == [other.session_id]
    assert (lives(database, this), lives(database, other)) == (True, False)
    assert users.authenticate(database, "ada", NEW).username == "ada"
    with pytest.raises(NotSignedIn):
        users.authenticate(database, "ada", OLD)


@pytest.mark.parametrize(
    ("old", "new", "field"), [("wrong horse", NEW, "current"), (OLD, "short", "password"), (OLD, "ADA", "password")]
)
def test_wrong_field_is_named_and_nothing_changes(database, sign_in, old, new, field):
    this, other = sign_in(), sign_in()
    with pytest.raises(Invalid) as refused:
        password_change.change(database, this, old, new)
    assert refused.value.field == field
    assert lives(database, other)
    assert users.authenticate(database, "ada", OLD)


def test_of_two_changes_at_once_one_counts(database, sign_in, monkeypatch):
    this = sign_in()
    real = passwords.hash_password

    def hash_and_be_overtaken(password):
        monkeypatch.setattr(passwords, "hash_password", real)
        password_change.change(database, this, OLD, "overtaken first")
        return real(password)

    monkeypatch.setattr(passwords, "hash_password", hash_and_be_overtaken)
    with pytest.raises(Conflict, match="changed meanwhile"):
        password_change.change(database, this, OLD, NEW)
    assert users.authenticate(database, "ada", "overtaken first")


def test_lost_password_is_replaced_and_ends_every_session(database, sign_in):
    this = sign_in()
    assert password_change.reset(database, "ADA", NEW).username == "ada"
    assert not lives(database, this)
    assert users.authenticate(database, "ada", NEW)
    with pytest.raises(NotFound, match="no user 'bob'"):
        password_change.reset(database, "bob", NEW)
