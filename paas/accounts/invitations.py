"""Invitations: a one-time link with which somebody makes their own account, in the role that was chosen for them.

The link holds a random code, the table its SHA-256. It goes with whoever made it: an admin who was removed, or is one
no more, must not come back by a link of theirs.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from paas.accounts import passwords, users
from paas.accounts.permissions import Action, Actor, Role, require
from paas.errors import Forbidden, Invalid, NotFound
from paas.storage.database import Database
from paas.storage.tables import InvitationRow

LIFETIME_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Invitation:
    """``note`` says for whom it is meant. Times in seconds since 1970."""

    id: int
    role: Role
    note: str
    created_at: float
    expires_at: float


def invite(session: Session, actor: Actor, role: str, note: str = "") -> tuple[Invitation, str]:
    """A new invitation and its code, which is kept nowhere here. Sweeps out those that are over."""
    require(actor, Action.MANAGE_USERS)
    if role not in (Role.ADMIN, Role.MEMBER):
        raise Invalid("The role must be admin or member.", field="role")
    if len(note) > 64 or not note.isprintable():
        raise Invalid("The note must have at most 64 characters, in one line.", field="note")
    now, code = time.time(), secrets.token_urlsafe(24)
    session.execute(delete(InvitationRow).where(InvitationRow.expires_at <= now))
    row = InvitationRow(
        hash=_hash(code),
        role=role,
        note=note,
        created_by=actor.user_id or None,
        created_at=now,
        expires_at=now + LIFETIME_SECONDS,
    )
    session.add(row)
    session.flush()
    return _invitation(row), code


def open_ones(session: Session, actor: Actor) -> list[Invitation]:
    """Those that nobody has used yet, the newest first."""
    require(actor, Action.MANAGE_USERS)
    live = select(InvitationRow).where(InvitationRow.expires_at > time.time()).order_by(InvitationRow.id.desc())
    return [_invitation(row) for row in session.scalars(live)]


def withdraw(session: Session, actor: Actor, invitation_id: int) -> None:
    """Make the link worth nothing; NotFound when it is so already."""
    require(actor, Action.MANAGE_USERS)
    gone = delete(InvitationRow).where(InvitationRow.id == invitation_id).returning(InvitationRow.id)
    if session.scalar(gone) is None:
        raise NotFound("There is no such invitation. It may have been used already.")


def withdraw_all_of(session: Session, user_id: int) -> None:
    """Those that this person has made."""
    session.execute(delete(InvitationRow).where(InvitationRow.created_by == user_id))


def check_code(session: Session, code: str) -> Invitation:
    """The invitation of this code; Forbidden when there is none, or none any more."""
    live = (InvitationRow.hash == _hash(code), InvitationRow.expires_at > time.time())
    row = session.scalar(select(InvitationRow).where(*live))
    if row is None:
        raise Forbidden("This invitation is not valid, or no longer. Ask who sent it for a new one.")
    return _invitation(row)


def redeem(database: Database, code: str, username: str, password: str) -> users.User:
    """Make the account. Of any number of attempts with one code, exactly one succeeds. It hashes: call it outside a
    session."""
    users.check_username(username)
    passwords.check(password, username=username)
    with database.session() as session:
        check_code(session, code)
    password_hash = passwords.hash_password(password)
    with database.session() as session:
        invitation = check_code(session, code)  # again: another may have come while we were hashing
        used = delete(InvitationRow).where(InvitationRow.id == invitation.id).returning(InvitationRow.id)
        if session.scalar(used) is None:
            raise Forbidden("This invitation has just been used.")
        return users.insert(session, username, password_hash, role=invitation.role)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(row.id, Role(row.role), row.note, row.created_at, row.expires_at)
