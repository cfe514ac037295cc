"""What members are given of apps: by whom, of whom it counts, and how it ends."""

import time

import pytest

from paas.accounts import grants, sessions, users
from paas.accounts.permissions import Actor, Grant, Role
from paas.apps import catalogue
from paas.apps.app import Wanted
from paas.errors import Conflict, Forbidden, Invalid, NotFound

ADMIN = Actor(0, "root", Role.OWNER)


@pytest.fixture
def people(database):
    roles = {"ada": Role.ADMIN, "bob": Role.MEMBER, "eve": Role.MEMBER}
    return {name: users.add(database, name, "correct horse", role=role) for name, role in roles.items()}


@pytest.fixture
def shop(database, people):
    """Made by bob."""
    with database.session() as session:
        maker = Actor(people["bob"].id, "bob", Role.MEMBER)
        return catalogue.create(session, maker, Wanted("shop", repository="https://a.org/b"))


@pytest.fixture
def give(database, shop):
    def give(username, level, by=ADMIN):
        with database.session() as session:
            return grants.give(session, by, shop, username, level)

    return give


def actor(database, user):
    with database.session() as session:
        token = sessions.start(session, user.id, address="", user_agent="", now=time.time())
        return sessions.find(session, sessions.id_of(token), now=time.time())


def test_grant_is_given_replaced_listed_and_withdrawn(database, shop, people, give):
    assert actor(database, people["eve"]).grants == {}
    give("EVE", "view")
    given = give("eve", "deploy")
    assert (given.username, given.level) == ("eve", Grant.DEPLOY)
    with database.session() as session:
        assert grants.of_app(session, ADMIN, shop) == [given]
    assert actor(database, people["eve"]).grants == {shop.id: Grant.DEPLOY}
    with database.session() as session:
        assert [app.name for app in catalogue.visible(session, actor_in(session, people["eve"]))] == ["shop"]
        grants.withdraw(session, ADMIN, shop, "eve")
    assert actor(database, people["eve"]).grants == {}
    with database.session() as session, pytest.raises(NotFound, match="has no grant"):
        grants.withdraw(session, ADMIN, shop, "eve")


def actor_in(session, user):
    return Actor(user.id, user.username, user.role, grants=grants.of_user(session, user.id))


@pytest.mark.parametrize(
    ("username", "level", "problem", "says"),
    [
        ("eve", "everything", Invalid, "one of view, deploy, manage"),
        ("eve", "", Invalid, "one of view, deploy, manage"),
        ("nobody", "view", NotFound, "no user 'nobody'"),
        ("\ud800", "view", NotFound, "no user"),
        ("ada", "view", Conflict, "is admin and may use every app"),
        ("bob", "view", Conflict, "made this app"),
    ],
)
def test_grant_that_makes_no_sense_is_refused(give, username, level, problem, says):
    with pytest.raises(problem, match=says):
        give(username, level)


def test_only_admins_and_the_owner_say_who_may_use_an_app(database, shop, people, give):
    give("eve", "manage")
    for name in ("bob", "eve"):
        who = actor(database, people[name])
        with pytest.raises(Forbidden):
            give("eve", "view", by=who)
        with database.session() as session, pytest.raises(Forbidden):
            grants.withdraw(session, who, shop, "eve")
        with database.session() as session, pytest.raises(Forbidden):
            grants.of_app(session, who, shop)
    assert actor(database, people["eve"]).grants == {shop.id: Grant.MANAGE}


def test_grants_of_an_admin_do_not_count_and_come_back_with_the_role(database, shop, people, give):
    give("eve", "view")
    for role, expected in (("admin", {}), ("member", {shop.id: Grant.VIEW})):
        with database.session() as session:
            session.get(users.UserRow, people["eve"].id).role = role
        assert actor(database, people["eve"]).grants == expected


@pytest.mark.parametrize("gone", ["app", "user"])
def test_grant_goes_with_its_app_and_with_its_user(database, shop, people, give, gone):
    give("eve", "view")
    with database.session() as session:
        table, number = (users.UserRow, people["eve"].id) if gone == "user" else (catalogue.AppRow, shop.id)
        session.delete(session.get(table, number))
    with database.session() as session:
        assert grants.of_user(session, people["eve"].id) == {}
