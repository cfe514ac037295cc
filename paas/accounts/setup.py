"""The first start: a one-time code, printed where only the operator reads it, makes the owner."""

import hashlib
import secrets
import time

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from paas.accounts import passwords, users
from paas.accounts.permissions import Role
from paas.errors import Conflict, Forbidden
from paas.storage.database import Database
from paas.storage.tables import SetupCodeRow


def ensure_code(session: Session) -> str | None:
    """A new code while there are no users, None once there are. A code given out before is worth nothing any more."""
    session.execute(delete(SetupCodeRow))
    if users.count(session):
        return None
    code = secrets.token_urlsafe(24)
    session.add(SetupCodeRow(hash=_hash(code), created_at=time.time()))
    return code


def check_code(session: Session, code: str) -> None:
    """Forbidden unless ``code`` can make the owner now; Conflict when there are users already."""
    unused = select(SetupCodeRow).where(SetupCodeRow.hash == _hash(code), SetupCodeRow.used_at.is_(None))
    is_unused = session.scalar(unused) is not None
    # After the code: who finds it used must then find the owner as well, whose transaction made both.
    if users.count(session):
        raise Conflict("This dashboard has been set up already. Sign in instead.")
    if not is_unused:
        raise Forbidden(
            "This setup link is not valid, or no longer. Open the newest one that the dashboard printed when it "
            "started; starting it again prints a new one."
        )


def redeem(database: Database, code: str, username: str, password: str) -> users.User:
    """Make the owner. Of any number of attempts with one code, at the same time or later, exactly one succeeds."""
    users.check_username(username)
    passwords.check(password, username=username)
    with database.session() as session:
        check_code(session, code)
    password_hash = passwords.hash_password(password)
    with database.session() as session:
        check_code(session, code)  # again: another may have come while we were hashing
        _use_up(session, code)
        return users.insert(session, username, password_hash, role=Role.OWNER)


def _use_up(session: Session, code: str) -> None:
    used = session.execute(
        update(SetupCodeRow)
        .where(SetupCodeRow.hash == _hash(code), SetupCodeRow.used_at.is_(None))
        .values(used_at=time.time())
    )
    # Two transactions can both have read it as unused where the database, unlike SQLite, runs them side by side.
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise Conflict("This setup link has just been used. Sign in instead.")


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
