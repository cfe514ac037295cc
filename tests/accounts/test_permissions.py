"""The table of who may do what, written out a second time: a change must be made on purpose in both places."""

from dataclasses import dataclass

import pytest

from paas.accounts.permissions import ALLOWED, WORDS, Action, Actor, Grant, Role, may, require
from paas.errors import Forbidden

TABLE = {
    #                        owner  admin  member
    Action.SEE_CONTAINERS: (True, True, False),
    Action.MANAGE_USERS: (True, True, False),
    Action.CREATE_APPS: (True, True, True),
    Action.ADOPT_CONTAINERS: (True, True, False),
    Action.USE_HOST: (True, True, False),
    Action.GIVE_GRANTS: (True, True, False),
    Action.SEE_AUDIT: (True, True, False),
    Action.SEE_APP: (True, True, False),
    Action.DEPLOY_APP: (True, True, False),
    Action.MANAGE_APP: (True, True, False),
}
CASES = [
    (role, action, allowed)
    for action, row in TABLE.items()
    for role, allowed in zip((Role.OWNER, Role.ADMIN, Role.MEMBER), row, strict=True)
]


@pytest.mark.parametrize(("role", "action", "allowed"), CASES)
def test_role_may_do_what_the_table_says(role, action, allowed):
    actor = Actor(1, "ada", role)
    assert may(actor, action) is allowed
    if allowed:
        require(actor, action)
    else:
        with pytest.raises(Forbidden, match=WORDS[action]):
            require(actor, action)


def test_every_action_is_decided_named_and_tested():
    assert set(ALLOWED) == set(WORDS) == set(TABLE) == set(Action)


def test_refusal_says_who_can_help():
    with pytest.raises(Forbidden) as refused:
        require(Actor(1, "ada", Role.MEMBER), Action.SEE_CONTAINERS)
    assert refused.value.message == (
        "As member you may not see the containers of this engine. Ask an admin or the owner."
    )


@dataclass
class Thing:
    created_by: int | None
    id: int = 1


@pytest.mark.parametrize("action", Action)
def test_member_may_do_with_an_app_of_their_own_what_the_table_says(action):
    member = Actor(7, "ada", Role.MEMBER)
    of_creator = {Action.SEE_APP, Action.DEPLOY_APP, Action.MANAGE_APP}
    assert may(member, action, Thing(created_by=7)) is (action in of_creator or action is Action.CREATE_APPS)
    assert may(member, action, Thing(created_by=8)) is (action is Action.CREATE_APPS)
    assert may(member, action, Thing(created_by=None)) is (action is Action.CREATE_APPS)


OF_GRANT = {
    #                    view   deploy manage
    Action.SEE_APP:    (True,  True,  True),
    Action.DEPLOY_APP: (False, True,  True),
    Action.MANAGE_APP: (False, False, True),
}  # fmt: skip


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("place", range(3))
def test_member_may_do_with_an_app_that_they_were_given_what_the_table_says(action, place):
    grant = (Grant.VIEW, Grant.DEPLOY, Grant.MANAGE)[place]
    member = Actor(7, "ada", Role.MEMBER, grants={3: grant})
    allowed = OF_GRANT.get(action, (False,) * 3)[place] or action is Action.CREATE_APPS
    assert may(member, action, Thing(created_by=8, id=3)) is allowed
    assert may(member, action, Thing(created_by=8, id=4)) is (action is Action.CREATE_APPS)
    assert may(member, action) is (action is Action.CREATE_APPS)


def test_grant_takes_nothing_from_who_made_the_app():
    member = Actor(7, "ada", Role.MEMBER, grants={1: Grant.VIEW})
    assert may(member, Action.MANAGE_APP, Thing(created_by=7))
