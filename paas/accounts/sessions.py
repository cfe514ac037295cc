"""Sessions: who is signed in, kept on the server, so that signing out ends one for good wherever its cookie went.

The browser holds a random token; the table holds its SHA-256, which is the session's id. A fast hash is enough, as
256 random bits cannot be guessed.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from paas.accounts import grants
from paas.accounts.permissions import Actor, Role
from paas.errors import NotFound
from paas.storage.tables import SessionRow, UserRow

IDLE_SECONDS = 7 * 24 * 3600
LIFETIME_SECONDS = 30 * 24 * 3600

MOST = 100
"""Of one person: a script that signs in for each of its calls would fill the table and the account page."""

# Written at most this often, or every page and every check of an open socket would be a write.
SEEN_EVERY_SECONDS = 5 * 60


@dataclass(frozen=True)
class Open:
    """A session that lives. Times in seconds since 1970; ``last_seen_at`` is right to five minutes."""

    id: str
    address: str
    user_agent: str
    created_at: float
    last_seen_at: float
    expires_at: float


def start(
    session: Session,
    user_id: int,
    *,
    address: str,
    user_agent: str,
    now: float,
    lifetime_seconds: float = LIFETIME_SECONDS,
) -> str:
    """Begin a session and return its token, which is kept nowhere here. Sweeps out sessions that are over, and of one
    person those beyond ``MOST`` that were not used for longest."""
    session.execute(delete(SessionRow).where(_is_over(now)))
    _make_room(session, user_id)
    token = secrets.token_urlsafe(32)
    session.add(
        SessionRow(
            id=id_of(token),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetime_seconds,
            address=address[:64],
            user_agent=user_agent[:255],
        )
    )
    return token


def find(session: Session, session_id: str, *, now: float) -> Actor | None:
    """Who is behind this session, with today's role and grants; None when it never was, has expired or was ended."""
    return find_all(session, [session_id], now=now).get(session_id)


def find_all(session: Session, session_ids: Sequence[str], *, now: float) -> dict[str, Actor]:
    """Who is behind each of these sessions that lives."""
    columns = (
        SessionRow.id,
        SessionRow.last_seen_at,
        SessionRow.expires_at,
        UserRow.id,
        UserRow.username,
        UserRow.role,
    )
    wanted = select(*columns).join(UserRow, UserRow.id == SessionRow.user_id)
    rows = session.execute(wanted.where(SessionRow.id.in_(session_ids), ~_is_over(now))).all()
    unseen = [row[0] for row in rows if now - row[1] >= SEEN_EVERY_SECONDS]
    if unseen:
        session.execute(update(SessionRow).where(SessionRow.id.in_(unseen)).values(last_seen_at=now))
    members = {row[3] for row in rows if row[5] == Role.MEMBER.value}
    given = grants.of_users(session, tuple(members)) if members else {}
    return {
        session_id: Actor(
            user_id, username, Role(role), session_id, expires_at=expires_at, grants=given.get(user_id, {})
        )
        for session_id, _, expires_at, user_id, username, role in rows
    }


def end(session: Session, session_id: str) -> None:
    """Sign out; nothing happens when it is over already."""
    session.execute(delete(SessionRow).where(SessionRow.id == session_id))


def of_user(session: Session, user_id: int, *, now: float) -> list[Open]:
    """Where this user is signed in, the one seen last first."""
    rows = session.scalars(
        select(SessionRow)
        .where(SessionRow.user_id == user_id, ~_is_over(now))
        .order_by(SessionRow.last_seen_at.desc(), SessionRow.created_at.desc())
    )
    return [Open(row.id, row.address, row.user_agent, row.created_at, row.last_seen_at, row.expires_at) for row in rows]


def end_one(session: Session, user_id: int, session_id: str) -> None:
    """End a session of this user; NotFound when they have none of this id."""
    mine = (SessionRow.id == session_id, SessionRow.user_id == user_id)
    if session.scalar(delete(SessionRow).where(*mine).returning(SessionRow.id)) is None:
        raise NotFound("There is no such session. It may have ended already.")


def end_all(session: Session, user_id: int, *, but: str | None = None) -> list[str]:
    """Sign a user out everywhere, or everywhere but in one session; the ids of the sessions that this ended."""
    doomed = delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.id != (but or ""))
    return list(session.scalars(doomed.returning(SessionRow.id)))


def id_of(token: str) -> str:
    """The session's id, which may be shown and stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def _make_room(session: Session, user_id: int) -> None:
    theirs = SessionRow.user_id == user_id
    newest = select(SessionRow.id).where(theirs).order_by(SessionRow.last_seen_at.desc(), SessionRow.created_at.desc())
    session.execute(delete(SessionRow).where(theirs, SessionRow.id.not_in(newest.limit(MOST - 1))))


def _is_over(now: float) -> ColumnElement[bool]:
    return or_(SessionRow.expires_at <= now, SessionRow.last_seen_at <= now - IDLE_SECONDS)
