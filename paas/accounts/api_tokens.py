"""API tokens: for programs, made by people on their account page. Each may do a part of what its person may, ends by
itself, and is shown once; the table holds its SHA-256.

Where an access token names its session, an API token stands on its own: ``session_id`` of its actor is ``token:<id>``.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from paas.accounts import grants
from paas.accounts.permissions import SCOPES, Action, Actor, Role, Scope, require
from paas.errors import Conflict, Invalid, NotFound
from paas.storage.tables import ApiTokenRow, UserRow

PREFIX = "qs_"
"""Tells a token from every other text, for us and for those who look for secrets in code."""

CREDENTIAL = "token:"

MOST = 50
MOST_DAYS = 365
USED_EVERY_SECONDS = 60
"""Written at most this often, or every request would be a write."""


@dataclass(frozen=True)
class ApiToken:
    """A token as it may be shown. Times in seconds since 1970; ``last_used_at`` is right to a minute."""

    id: int
    name: str
    scope: Scope
    created_at: float
    expires_at: float
    last_used_at: float | None
    last_address: str

    @property
    def credential(self) -> str:
        """What the actor of this token is known by."""
        return f"{CREDENTIAL}{self.id}"


def create(session: Session, actor: Actor, name: str, scope: str, days: int) -> tuple[ApiToken, str]:
    """A new token for this person, and its text, which is kept nowhere here; Invalid names the field that is wrong."""
    require(actor, Action.MANAGE_ACCOUNT)
    _check(name, scope, days)
    mine = ApiTokenRow.user_id == actor.user_id
    session.execute(delete(ApiTokenRow).where(mine, ApiTokenRow.expires_at <= time.time()))
    if (session.scalar(select(func.count()).select_from(ApiTokenRow).where(mine)) or 0) >= MOST:
        raise Conflict(f"You have {MOST} tokens already. Withdraw one of them first.")
    now, text = time.time(), PREFIX + secrets.token_urlsafe(32)
    row = ApiTokenRow(
        hash=_hash(text),
        user_id=actor.user_id,
        name=name,
        scope=scope,
        created_at=now,
        expires_at=now + days * 86_400,
        last_address="",
    )
    session.add(row)
    session.flush()
    return _token(row), text


def of_user(session: Session, actor: Actor) -> list[ApiToken]:
    """Those of this person that still count, the newest first."""
    require(actor, Action.MANAGE_ACCOUNT)
    live = (ApiTokenRow.user_id == actor.user_id, ApiTokenRow.expires_at > time.time())
    return [_token(row) for row in session.scalars(select(ApiTokenRow).where(*live).order_by(ApiTokenRow.id.desc()))]


def withdraw(session: Session, actor: Actor, token_id: int) -> ApiToken:
    """Make it worth nothing; NotFound when this person has none of this id."""
    require(actor, Action.MANAGE_ACCOUNT)
    row = session.get(ApiTokenRow, token_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound("There is no such token. It may have been withdrawn already.")
    session.delete(row)
    session.flush()
    return _token(row)


def find(session: Session, text: str, *, address: str) -> Actor | None:
    """Who is behind this token, with today's role and grants; None when it counts no more. Notes its use."""
    actor = _find(session, ApiTokenRow.hash == _hash(text))
    if actor is not None:
        stale = ApiTokenRow.last_used_at.is_(None) | (ApiTokenRow.last_used_at <= time.time() - USED_EVERY_SECONDS)
        used = update(ApiTokenRow).where(ApiTokenRow.hash == _hash(text), stale)
        session.execute(used.values(last_used_at=time.time(), last_address=address[:64]))
    return actor


def find_again(session: Session, credential: str) -> Actor | None:
    """``find`` for a socket that was opened with the token, by what its actor is known by."""
    number = credential.removeprefix(CREDENTIAL)
    return _find(session, ApiTokenRow.id == int(number)) if number.isascii() and number.isdigit() else None


def _find(session: Session, which: ColumnElement[bool]) -> Actor | None:
    found = session.execute(
        select(ApiTokenRow, UserRow)
        .join(UserRow, UserRow.id == ApiTokenRow.user_id)
        .where(which, ApiTokenRow.expires_at > time.time())
    ).first()
    if found is None:
        return None
    row, user = found
    role = Role(user.role)
    return Actor(
        user.id,
        user.username,
        role,
        f"{CREDENTIAL}{row.id}",
        expires_at=row.expires_at,
        grants=grants.of_user(session, user.id) if role is Role.MEMBER else {},
        scope=SCOPES[Scope(row.scope)],
    )


def _check(name: str, scope: str, days: int) -> None:
    if not name.strip() or len(name) > 64 or not name.isprintable():
        raise Invalid("Give the token a name of 1 to 64 characters, in one line.", field="name")
    if scope not in tuple(Scope):
        raise Invalid(f"The scope must be one of {', '.join(Scope)}, not {scope[:80]!r}.", field="scope")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"A token lives 1 to {MOST_DAYS} days.", field="days")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        row.id, row.name, Scope(row.scope), row.created_at, row.expires_at, row.last_used_at, row.last_address
    )
