"""Grants: what members may do with apps that they did not make. Given and withdrawn by admins and the owner alone, so
nobody who was given an app can hand it on."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from paas.accounts import users
from paas.accounts.permissions import Action, Actor, Grant, Owned, Role, require
from paas.errors import Conflict, Invalid, NotFound
from paas.storage.tables import GrantRow, UserRow


@dataclass(frozen=True)
class Given:
    """One person's grant of one app; ``given_at`` in seconds since 1970."""

    app_id: int
    username: str
    level: Grant
    given_at: float


def give(session: Session, actor: Actor, app: Owned, username: str, level: str) -> Given:
    """Give this member this much of the app, instead of what they had of it; Invalid, NotFound or Conflict."""
    require(actor, Action.GIVE_GRANTS, app)
    wanted, user = _level(level), _member(session, app, username)
    session.execute(delete(GrantRow).where(GrantRow.app_id == app.id, GrantRow.user_id == user.id))
    row = GrantRow(app_id=app.id, user_id=user.id, level=wanted.value, given_at=time.time())
    session.add(row)
    session.flush()
    return Given(app.id, user.username, wanted, row.given_at)


def withdraw(session: Session, actor: Actor, app: Owned, username: str) -> None:
    """Take away what this person was given of the app; NotFound when that is nothing."""
    require(actor, Action.GIVE_GRANTS, app)
    user = users.find(session, username)
    row = session.get(GrantRow, (app.id, user.id)) if user is not None else None
    if user is None or row is None:
        raise NotFound(f"{username[:80]} has no grant of this app.")
    session.delete(row)
    session.flush()


def of_app(session: Session, actor: Actor, app: Owned) -> list[Given]:
    """Everybody who was given this app, by name."""
    require(actor, Action.GIVE_GRANTS, app)
    found = session.execute(
        select(GrantRow, UserRow.username)
        .join(UserRow, UserRow.id == GrantRow.user_id)
        .where(GrantRow.app_id == app.id)
        .order_by(UserRow.username_key)
    )
    return [Given(row.app_id, username, Grant(row.level), row.given_at) for row, username in found]


def of_user(session: Session, user_id: int) -> Mapping[int, Grant]:
    """What this person was given, by the id of the app."""
    return of_users(session, [user_id])[user_id]


def of_users(session: Session, user_ids: Sequence[int]) -> dict[int, dict[int, Grant]]:
    """The same of each of these people, by their ids."""
    columns = select(GrantRow.user_id, GrantRow.app_id, GrantRow.level)
    given: dict[int, dict[int, Grant]] = {user_id: {} for user_id in user_ids}
    for user_id, app_id, level in session.execute(columns.where(GrantRow.user_id.in_(user_ids))):
        given[user_id][app_id] = Grant(level)
    return given


def _level(text: str) -> Grant:
    if text not in tuple(Grant):
        raise Invalid(f"The grant must be one of {', '.join(Grant)}, not {text[:80]!r}.", field="grant")
    return Grant(text)


def _member(session: Session, app: Owned, username: str) -> users.User:
    user = users.find(session, username)
    if user is None:
        raise NotFound(f"There is no user {username[:80]!r}.", field="username")
    if user.role is not Role.MEMBER:
        raise Conflict(f"{user.username} is {user.role} and may use every app without a grant.", field="username")
    if user.id == app.created_by:
        raise Conflict(f"{user.username} made this app and may use it without a grant.", field="username")
    return user
