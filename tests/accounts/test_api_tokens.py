"""API tokens: made, found, used up by time, withdrawn."""

import pytest
from sqlalchemy import select

from paas.accounts import api_tokens, grants, users
from paas.accounts.permissions import SCOPES, Actor, Grant, Role, Scope
from paas.apps import catalogue
from paas.apps.app import Wanted
from paas.errors import Conflict, Forbidden, Invalid, NotFound
from paas.storage.tables import ApiTokenRow

DAY = 24 * 3600


@pytest.fixture
def clock(monkeypatch):
    """``clock[0]`` is now."""
    clock = [1_800_000_000.0]
    monkeypatch.setattr("paas.accounts.api_tokens.time.time", lambda: clock[0])
    return clock


@pytest.fixture
def people(database):
    found = {name: users.add(database, name, "correct horse", role=Role.MEMBER) for name in ("bob", "eve")}
    return {name: Actor(user.id, name, user.role) for name, user in found.items()}


@pytest.fixture
def make(database, clock, people):
    def make(name="ci", scope="read", days=30, by="bob"):
        with database.session() as session:
            return api_tokens.create(session, people[by], name, scope, days)

    return make


def find(database, text, address="192.0.2.1"):
    with database.session() as session:
        return api_tokens.find(session, text, address=address)


def of(database, who):
    with database.session() as session:
        return api_tokens.of_user(session, who)


@pytest.mark.parametrize("scope", Scope)
def test_token_is_its_person_within_its_scope(database, make, people, scope):
    made, text = make(scope=scope)
    actor = find(database, text)
    assert (actor.user_id, actor.username, actor.role) == (people["bob"].user_id, "bob", Role.MEMBER)
    assert actor.scope == SCOPES[scope]
    assert (actor.session_id, actor.expires_at) == (made.credential, made.expires_at)
    with database.session() as session:
        assert api_tokens.find_again(session, actor.session_id) == actor


def test_table_does_not_hold_what_would_let_anyone_in(database, make):
    _, text = make()
    with database.session() as session:
        row = session.scalar(select(ApiTokenRow))
    assert text not in vars(row).values()
    assert len(text) >= 43
    for wrong in (row.hash, "", "qs_", "\ud800", text + "x"):
        assert find(database, wrong) is None


@pytest.mark.parametrize("credential", ["token:", "token:x", "token:2", "token:²"])
def test_made_up_credential_is_nobodys(database, make, credential):
    make()
    with database.session() as session:
        assert api_tokens.find_again(session, credential) is None


def test_token_ends_by_its_time(database, make, people, clock):
    made, text = make(days=7)
    assert made.expires_at == clock[0] + 7 * DAY
    clock[0] += 7 * DAY - 1
    assert find(database, text)
    clock[0] += 1
    assert find(database, text) is None
    assert of(database, people["bob"]) == []
    make()
    with database.session() as session:
        assert len(session.scalars(select(ApiTokenRow)).all()) == 1


def test_last_use_is_written_once_a_minute(database, make, people, clock):
    _, text = make()
    began = clock[0]
    assert of(database, people["bob"])[0].last_used_at is None

    def used_at(second, address):
        clock[0] = began + second
        find(database, text, address)
        token = of(database, people["bob"])[0]
        return token.last_used_at - began, token.last_address

    assert used_at(1, "a") == (1, "a")
    assert used_at(60, "b") == (1, "a")
    assert used_at(61, "c") == (61, "c")


def test_withdrawn_token_is_worth_nothing_and_is_its_own_persons_to_withdraw(database, make, people):
    made, text = make()
    with database.session() as session, pytest.raises(NotFound):
        api_tokens.withdraw(session, people["eve"], made.id)
    assert find(database, text)
    with database.session() as session:
        assert api_tokens.withdraw(session, people["bob"], made.id).id == made.id
    assert find(database, text) is None


def test_token_goes_with_its_person(database, make, people):
    _, text = make()
    with database.session() as session:
        session.delete(session.get(users.UserRow, people["bob"].user_id))
    assert find(database, text) is None


def test_role_and_grants_are_those_of_now(database, make, people):
    _, text = make()
    with database.session() as session:
        shop = catalogue.create(session, people["eve"], Wanted("shop", repository="https://a.org/b"))
        grants.give(session, Actor(0, "root", Role.OWNER), shop, "bob", "deploy")
    assert find(database, text).grants == {shop.id: Grant.DEPLOY}
    with database.session() as session:
        session.get(users.UserRow, people["bob"].user_id).role = "admin"
    assert find(database, text).role is Role.ADMIN


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"scope": "all"}, "scope"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ],
)
def test_token_that_makes_no_sense_is_refused(make, change, field):
    with pytest.raises(Invalid) as refused:
        make(**change)
    assert refused.value.field == field


def test_one_has_fifty_at_most(make, monkeypatch):
    monkeypatch.setattr(api_tokens, "MOST", 2)
    make()
    make()
    make(by="eve")
    with pytest.raises(Conflict, match="2 tokens already"):
        make()


def test_token_makes_no_other(database, make):
    _, text = make(scope="admin")
    actor = find(database, text)
    with database.session() as session, pytest.raises(Forbidden):
        api_tokens.create(session, actor, "another", "read", 1)
    with database.session() as session, pytest.raises(Forbidden):
        api_tokens.of_user(session, actor)
