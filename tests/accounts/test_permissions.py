"""The table of who may do what, written out a second time: a change must be made on purpose in both places."""

from dataclasses import dataclass

import pytest

from paas.accounts.permissions import ALLOWED, SCOPES, WORDS, Action, Actor, Grant, Role, Scope, may, require
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
    Action.MANAGE_ALERTS: (True, True, False),
    Action.MANAGE_DESTINATIONS: (True, True, True),
    Action.MANAGE_ACCOUNT: (True, True, True),
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


OF_ANYBODY = (Action.CREATE_APPS, Action.MANAGE_ACCOUNT, Action.MANAGE_DESTINATIONS)


@dataclass
class Thing:
    created_by: int | None
    id: int = 1


@pytest.mark.parametrize("action", Action)
def test_member_may_do_with_an_app_of_their_own_what_the_table_says(action):
    member = Actor(7, "ada", Role.MEMBER)
    of_creator = {Action.SEE_APP, Action.DEPLOY_APP, Action.MANAGE_APP}
    assert may(member, action, Thing(created_by=7)) is (action in of_creator or action in OF_ANYBODY)
    assert may(member, action, Thing(created_by=8)) is (action in OF_ANYBODY)
    assert may(member, action, Thing(created_by=None)) is (action in OF_ANYBODY)


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
    allowed = OF_GRANT.get(action, (False,) * 3)[place] or action in OF_ANYBODY
    assert may(member, action, Thing(created_by=8, id=3)) is allowed
    assert may(member, action, Thing(created_by=8, id=4)) is (action in OF_ANYBODY)
    assert may(member, action) is (action in OF_ANYBODY)


def test_grant_takes_nothing_from_who_made_the_app():
    member = Actor(7, "ada", Role.MEMBER, grants={1: Grant.VIEW})
    assert may(member, Action.MANAGE_APP, Thing(created_by=7))


OF_SCOPE = {
    #                         read   deploy manage admin
    Action.SEE_CONTAINERS:   (True,  True,  True,  True),
    Action.MANAGE_USERS:     (False, False, False, True),
    Action.CREATE_APPS:      (False, False, True,  True),
    Action.ADOPT_CONTAINERS: (False, False, True,  True),
    Action.USE_HOST:         (False, False, True,  True),
    Action.GIVE_GRANTS:      (False, False, False, True),
    Action.SEE_AUDIT:        (False, False, False, True),
    Action.MANAGE_ALERTS:    (False, False, True,  True),
    Action.MANAGE_DESTINATIONS: (False, False, True,  True),
    Action.MANAGE_ACCOUNT:   (False, False, False, False),
    Action.SEE_APP:          (True,  True,  True,  True),
    Action.DEPLOY_APP:       (False, True,  True,  True),
    Action.MANAGE_APP:       (False, False, True,  True),
}  # fmt: skip


@pytest.mark.parametrize("action", Action)
def test_token_may_do_what_its_scope_holds_and_its_person_may(action):
    for scope, allowed in zip(Scope, OF_SCOPE[action], strict=True):
        owner = Actor(1, "ada", Role.OWNER, scope=SCOPES[scope])
        member = Actor(2, "bob", Role.MEMBER, scope=SCOPES[scope])
        assert may(owner, action) is allowed
        assert may(member, action, Thing(created_by=2)) is (
            allowed and may(Actor(2, "bob", Role.MEMBER), action, Thing(created_by=2))
        )
        if not allowed:
            with pytest.raises(Forbidden, match="With this token you may not"):
                require(owner, action)
