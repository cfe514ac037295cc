"""Adding and recognising users."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from paas.accounts import passwords, users
from paas.accounts.permissions import Role
from paas.errors import Conflict, Invalid, NotSignedIn
from paas.storage.tables import UserRow

PASSWORD = "correct horse"


def kept_hash(database):
    with database.session() as session:
        return session.scalar(select(UserRow.password_hash))


@pytest.mark.parametrize("name", ["ada", "Ada", "a", "9lives", "ada@example.org", "a.b_c-d+e", "x" * 64])
def test_username_is_kept_as_written(database, name):
    user = users.add(database, name, PASSWORD, role=Role.ADMIN)
    assert (user.username, user.role) == (name, Role.ADMIN)
    with database.session() as session:
        assert users.find(session, name.upper()) == user
        assert users.count(session) == 1


@pytest.mark.parametrize(
    "name", ["", " ", "ada ", "a b", "-ada", ".ada", "\u0430da", "ada\n", "x" * 65, "a/b", "<b>", "a\0"]
)
def test_bad_username_is_refused(database, name):
    with pytest.raises(Invalid, match="username must have 1 to 64"):
        users.add(database, name, PASSWORD, role=Role.MEMBER)


def test_bad_password_is_refused_before_anything_is_written(database):
    with pytest.raises(Invalid, match="at least 10"):
        users.add(database, "ada", "short", role=Role.MEMBER)
    with database.session() as session:
        assert users.count(session) == 0


@pytest.mark.parametrize("again", ["ada", "Ada", "ADA"])
def test_name_is_taken_however_it_is_capitalised(database, again):
    users.add(database, "ada", PASSWORD, role=Role.OWNER)
    with pytest.raises(Conflict, match="There is a user"):
        users.add(database, again, PASSWORD, role=Role.MEMBER)


def test_everyone_comes_by_name(database):
    for name in ("bob", "Ada", "cleo"):
        users.add(database, name, PASSWORD, role=Role.MEMBER)
    with database.session() as session:
        assert [user.username for user in users.everyone(session)] == ["Ada", "bob", "cleo"]


@pytest.mark.parametrize("name", ["ada", "ADA"])
def test_right_password_gives_the_user(database, name):
    added = users.add(database, "Ada", PASSWORD, role=Role.OWNER)
    assert users.authenticate(database, name, PASSWORD) == added


@pytest.mark.parametrize(
    ("name", "password"),
    [("ada", "wrong horse"), ("ada", ""), ("bob", PASSWORD), ("", ""), ("\ud800", PASSWORD), ("ada", "\ud800" * 12)],
)
def test_wrong_name_and_wrong_password_say_the_same(database, name, password):
    users.add(database, "ada", PASSWORD, role=Role.OWNER)
    with pytest.raises(NotSignedIn, match=r"^Wrong username or password\.$"):
        users.authenticate(database, name, password)


def test_unknown_user_is_verified_like_a_known_one(database, monkeypatch):
    verified = []
    real = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda *args: verified.append(args) or real(*args))
    with pytest.raises(NotSignedIn):
        users.authenticate(database, "nobody", PASSWORD)
    assert len(verified) == 1


def test_signing_in_renews_a_hash_of_older_parameters(database, monkeypatch):
    users.add(database, "ada", PASSWORD, role=Role.OWNER)
    before = kept_hash(database)
    users.authenticate(database, "ada", PASSWORD)
    assert kept_hash(database) == before

    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    with pytest.raises(NotSignedIn):
        users.authenticate(database, "ada", "wrong horse")
    assert kept_hash(database) == before
    users.authenticate(database, "ada", PASSWORD)
    assert "t=2" in kept_hash(database)
    users.authenticate(database, "ada", PASSWORD)


def test_hash_is_renewed_only_if_the_password_did_not_change_meanwhile(database, monkeypatch):
    users.add(database, "ada", PASSWORD, role=Role.OWNER)
    monkeypatch.setattr(passwords, "needs_rehash", lambda kept: True)

    def change_meanwhile(password):
        with database.session() as session:
            session.scalar(select(UserRow)).password_hash = "changed"
        return "renewed"

    monkeypatch.setattr(passwords, "hash_password", change_meanwhile)
    users.authenticate(database, "ada", PASSWORD)
    assert kept_hash(database) == "changed"
