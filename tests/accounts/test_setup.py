"""The one-time code that makes the owner."""

import threading

import pytest
from sqlalchemy import select

from paas.accounts import passwords, setup, users
from paas.accounts.permissions import Role
from paas.errors import Conflict, Forbidden, Invalid, Problem
from paas.storage.tables import SetupCodeRow

PASSWORD = "correct horse"


def new_code(database):
    with database.session() as session:
        return setup.ensure_code(session)


def count(database):
    with database.session() as session:
        return users.count(session)


def test_code_makes_the_owner(database):
    owner = setup.redeem(database, new_code(database), "Ada", PASSWORD)
    assert (owner.username, owner.role) == ("Ada", Role.OWNER)
    assert users.authenticate(database, "ada", PASSWORD) == owner


def test_only_the_hash_of_the_code_is_kept(database):
    code = new_code(database)
    with database.session() as session:
        kept = session.scalars(select(SetupCodeRow.hash)).all()
    assert len(kept) == 1
    assert code not in kept[0]
    with pytest.raises(Forbidden):
        setup.redeem(database, kept[0], "ada", PASSWORD)


def test_code_works_once(database):
    code = new_code(database)
    setup.redeem(database, code, "ada", PASSWORD)
    with pytest.raises(Conflict, match="set up already"):
        setup.redeem(database, code, "eve", PASSWORD)
    assert count(database) == 1


def test_used_code_stays_used_even_when_its_owner_is_gone(database):
    code = new_code(database)
    setup.redeem(database, code, "ada", PASSWORD)
    with database.session() as session:
        session.delete(session.scalar(select(users.UserRow)))
    with pytest.raises(Forbidden):
        setup.redeem(database, code, "eve", PASSWORD)


def test_new_start_makes_the_former_code_worthless(database):
    former, present = new_code(database), new_code(database)
    with pytest.raises(Forbidden, match="not valid, or no longer"):
        setup.redeem(database, former, "eve", PASSWORD)
    setup.redeem(database, present, "ada", PASSWORD)


def test_no_code_once_there_are_users_and_older_ones_die(database):
    code = new_code(database)
    users.add(database, "bob", PASSWORD, role=Role.MEMBER)
    with pytest.raises(Conflict):
        setup.redeem(database, code, "eve", PASSWORD)
    assert new_code(database) is None
    with database.session() as session:
        assert session.scalar(select(SetupCodeRow)) is None


@pytest.mark.parametrize("code", ["", "guess", "\0", "é"])
def test_wrong_code_makes_nobody(database, code):
    new_code(database)
    with pytest.raises(Forbidden):
        setup.redeem(database, code, "eve", PASSWORD)
    assert count(database) == 0


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("ada", "short"), ("ada", "a" * 999)])
def test_bad_name_or_password_leaves_the_code_usable(database, name, password):
    code = new_code(database)
    with pytest.raises(Invalid):
        setup.redeem(database, code, name, password)
    setup.redeem(database, code, "ada", PASSWORD)


def test_of_many_at_the_same_time_one_becomes_owner(database, migrated_url, monkeypatch):
    code = new_code(database)
    everyone_hashing = threading.Barrier(5)

    def hash_together(password):
        everyone_hashing.wait(10)
        return "hash"

    monkeypatch.setattr(passwords, "hash_password", hash_together)
    outcomes = []

    def attempt(name):
        try:
            outcomes.append(setup.redeem(database, code, name, PASSWORD))
        except Problem as problem:
            outcomes.append(problem.kind)

    threads = [threading.Thread(target=attempt, args=(f"user{number}",)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    refused = sorted(map(str, outcomes))[1:]
    assert refused == ["conflict"] * 4
    assert count(database) == 1
