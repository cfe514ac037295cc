"""Invitations: who makes them, that each works once, and what ends them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from paas.accounts import invitations, users
from paas.accounts.permissions import Actor, Role
from paas.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from paas.storage.tables import InvitationRow

PASSWORD = "correct horse"


@pytest.fixture
def ada(database):
    user = users.add(database, "ada", PASSWORD, role=Role.ADMIN)
    return Actor(user.id, "ada", Role.ADMIN)


@pytest.fixture
def invite(database, ada):
    def invite(role="member", note="", by=ada):
        with database.session() as session:
            return invitations.invite(session, by, role, note)

    return invite


@pytest.mark.parametrize("role", ["member", "admin"])
def test_invited_person_has_the_chosen_role_and_the_link_is_used_up(database, ada, invite, role):
    invitation, code = invite(role, "for Eve")
    with database.session() as session:
        assert invitations.check_code(session, code) == invitation
        assert invitations.open_ones(session, ada) == [invitation]
    assert invitations.redeem(database, code, "eve", PASSWORD).role == role
    with pytest.raises(Forbidden, match="not valid, or no longer"):
        invitations.redeem(database, code, "max", PASSWORD)
    with database.session() as session:
        assert invitations.open_ones(session, ada) == []


def test_table_does_not_hold_what_would_let_anyone_in(database, invite):
    _, code = invite()
    with database.session() as session:
        row = session.scalar(select(InvitationRow))
    assert code not in vars(row).values()
    assert len(code) >= 32
    for wrong in ("", row.hash, "\ud800"):
        with database.session() as session, pytest.raises(Forbidden):
            invitations.check_code(session, wrong)


def test_name_or_password_that_cannot_be_leaves_the_link_as_it_is(database, invite):
    _, code = invite()
    for username, password, problem in (
        ("a b", PASSWORD, Invalid),
        ("eve", "short", Invalid),
        ("ADA", PASSWORD, Conflict),
    ):
        with pytest.raises(problem):
            invitations.redeem(database, code, username, password)
    assert invitations.redeem(database, code, "eve", PASSWORD)


def test_of_many_who_open_one_link_at_once_one_comes_in(database, invite):
    _, code = invite()

    def attempt(number):
        try:
            return invitations.redeem(database, code, f"eve{number}", PASSWORD)
        except Problem:
            return None

    with ThreadPoolExecutor(4) as pool:
        assert len([user for user in pool.map(attempt, range(4)) if user]) == 1


def test_link_ends_after_a_week(database, ada, invite, monkeypatch):
    invitation, code = invite()
    monkeypatch.setattr("paas.accounts.invitations.time.time", lambda: invitation.expires_at)
    with database.session() as session:
        assert invitations.open_ones(session, ada) == []
        with pytest.raises(Forbidden):
            invitations.check_code(session, code)
    assert invitation.expires_at - invitation.created_at == 7 * 24 * 3600


def test_withdrawn_link_opens_nothing(database, ada, invite):
    invitation, code = invite()
    with database.session() as session:
        invitations.withdraw(session, ada, invitation.id)
    with database.session() as session, pytest.raises(Forbidden):
        invitations.check_code(session, code)
    with database.session() as session, pytest.raises(NotFound):
        invitations.withdraw(session, ada, invitation.id)


def test_link_goes_with_whoever_made_it(database, ada, invite):
    _, code = invite()
    with database.session() as session:
        session.delete(session.get(users.UserRow, ada.user_id))
    with database.session() as session, pytest.raises(Forbidden):
        invitations.check_code(session, code)


@pytest.mark.parametrize(
    ("role", "note"), [("owner", ""), ("", ""), ("king", ""), ("member", "x" * 65), ("member", "\0")]
)
def test_invitation_that_makes_no_sense_is_refused(invite, role, note):
    with pytest.raises(Invalid):
        invite(role, note)


def test_members_invite_nobody(database, invite):
    bob = Actor(9, "bob", Role.MEMBER)
    with pytest.raises(Forbidden):
        invite(by=bob)
    with database.session() as session, pytest.raises(Forbidden):
        invitations.open_ones(session, bob)
    with database.session() as session, pytest.raises(Forbidden):
        invitations.withdraw(session, bob, 1)
