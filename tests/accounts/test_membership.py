"""What may be done with the people here, and with whom nothing may."""

import time

import pytest

from paas.accounts import grants, invitations, membership, sessions, users
from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Wanted
from paas.errors import Conflict, Forbidden, Invalid, NotFound


@pytest.fixture
def people(database):
    roles = {"owen": Role.OWNER, "ada": Role.ADMIN, "max": Role.ADMIN, "bob": Role.MEMBER}
    found = {name: users.add(database, name, "correct horse", role=role) for name, role in roles.items()}
    return {name: Actor(user.id, name, user.role) for name, user in found.items()}


def do(database, function, *args, **more):
    with database.session() as session:
        return function(session, *args, **more)


def test_people_are_listed_with_when_they_were_seen_and_what_they_were_given(database, people):
    shop = do(database, catalogue.create, people["ada"], Wanted("shop", repository="https://a.org/b"))
    do(database, grants.give, people["ada"], shop, "bob", "view")
    do(database, sessions.start, people["bob"].user_id, address="", user_agent="", now=time.time())
    found = {each.user.username: each for each in do(database, membership.everyone, people["owen"])}
    assert list(found) == ["ada", "bob", "max", "owen"]
    assert found["bob"].apps == 1
    assert found["bob"].last_seen_at == pytest.approx(time.time(), abs=60)
    assert (found["ada"].apps, found["ada"].last_seen_at) == (0, None)


@pytest.mark.parametrize("by", ["owen", "ada"])
def test_role_is_changed_and_back(database, people, by):
    for name, role in (("bob", "admin"), ("bob", "member"), ("max", "member")):
        assert do(database, membership.change_role, people[by], name.upper(), role).role == role
        assert do(database, users.find, name).role == role


def test_invitations_of_an_admin_end_with_the_role(database, people):
    _, code = do(database, invitations.invite, people["max"], "admin")
    do(database, membership.change_role, people["ada"], "max", "member")
    with pytest.raises(Forbidden):
        do(database, invitations.check_code, code)


@pytest.mark.parametrize("by", ["owen", "ada"])
def test_removed_person_is_gone_with_their_sessions_and_their_apps_stay(database, people, by):
    shop = do(database, catalogue.create, people["bob"], Wanted("shop", repository="https://a.org/b"))
    token = do(database, sessions.start, people["bob"].user_id, address="", user_agent="", now=time.time())
    ended = do(database, membership.remove, people[by], "bob", name="BOB")
    assert ended == [sessions.id_of(token)]
    assert do(database, users.find, "bob") is None
    assert do(database, sessions.find, ended[0], now=time.time()) is None
    assert do(database, catalogue.load, shop.id).created_by is None


@pytest.mark.parametrize(
    ("by", "name", "problem", "says"),
    [
        ("owen", "owen", Forbidden, "is the owner"),
        ("ada", "owen", Forbidden, "is the owner"),
        ("ada", "ada", Conflict, "This is you"),
        ("ada", "nobody", NotFound, "no user"),
        ("bob", "max", Forbidden, "As member you may not manage users"),
        ("bob", "bob", Forbidden, "As member"),
    ],
)
def test_what_may_not_be_done_to_whom(database, people, by, name, problem, says):
    with pytest.raises(problem, match=says):
        do(database, membership.change_role, people[by], name, "member")
    with pytest.raises(problem, match=says):
        do(database, membership.remove, people[by], name, name=name)
    assert do(database, users.count) == 4


@pytest.mark.parametrize("role", ["owner", "", "king"])
def test_nobody_is_made_owner(database, people, role):
    with pytest.raises(Invalid, match="There is one owner"):
        do(database, membership.change_role, people["owen"], "bob", role)


def test_there_is_one_owner(database, people):
    with pytest.raises(Conflict, match="There is an owner already"):
        users.add(database, "second", "correct horse", role=Role.OWNER)


def test_removal_asks_for_the_name(database, people):
    with pytest.raises(Invalid, match="give their name: bob"):
        do(database, membership.remove, people["ada"], "bob", name="max")
    assert do(database, users.find, "bob")
