"""What admins and the owner do with the people here: look, change a role, remove. The owner is beyond it, and so is
oneself: nobody locks themselves, or everybody, out."""

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from paas.accounts import invitations, sessions, users
from paas.accounts.permissions import Action, Actor, Role, require
from paas.accounts.users import User
from paas.errors import Conflict, Forbidden, Invalid, NotFound
from paas.storage.tables import GrantRow, SessionRow, UserRow


@dataclass(frozen=True)
class Person:
    """``last_seen_at`` is None for who is signed in nowhere; ``apps`` counts those that were given."""

    user: User
    last_seen_at: float | None
    apps: int


def everyone(session: Session, actor: Actor) -> list[Person]:
    """All people by name."""
    require(actor, Action.MANAGE_USERS)
    seen = _by_user(session, select(SessionRow.user_id, func.max(SessionRow.last_seen_at)).group_by(SessionRow.user_id))
    given = _by_user(session, select(GrantRow.user_id, func.count()).group_by(GrantRow.user_id))
    return [Person(user, seen.get(user.id), int(given.get(user.id, 0))) for user in users.everyone(session)]


def find(session: Session, actor: Actor, username: str) -> User:
    """The user of this name, for who may manage them."""
    require(actor, Action.MANAGE_USERS)
    user = users.find(session, username)
    if user is None:
        raise NotFound(f"There is no user {username[:80]!r}.")
    return user


def change_role(session: Session, actor: Actor, username: str, role: str) -> User:
    """Another role for this person, which counts at once. Grants sleep while somebody is an admin."""
    user = _within_reach(session, actor, username)
    if role not in (Role.ADMIN, Role.MEMBER):
        raise Invalid("The role must be admin or member. There is one owner.", field="role")
    row = session.get_one(UserRow, user.id)
    row.role = role
    if role == Role.MEMBER:
        invitations.withdraw_all_of(session, user.id)
    session.flush()
    return User(user.id, user.username, Role(role), user.created_at)


def remove(session: Session, actor: Actor, username: str, *, name: str) -> list[str]:
    """Remove this person with their sessions, grants and invitations; their apps stay. ``name`` is the name once more.
    The ids of the sessions that it ended."""
    user = _within_reach(session, actor, username)
    if users.key(name) != users.key(user.username):
        raise Invalid(f"To remove this user, give their name: {user.username}.")
    ended = [each.id for each in sessions.of_user(session, user.id, now=time.time())]
    session.delete(session.get_one(UserRow, user.id))
    session.flush()
    return ended


def _within_reach(session: Session, actor: Actor, username: str) -> User:
    user = find(session, actor, username)
    if user.role is Role.OWNER:
        raise Forbidden(f"{user.username} is the owner, who keeps their role and cannot be removed.")
    if user.id == actor.user_id:
        raise Conflict("This is you. Ask another admin or the owner.")
    return user


def _by_user(session: Session, query: Select[int, Any]) -> dict[int, float]:
    return {row[0]: row[1] for row in session.execute(query)}
