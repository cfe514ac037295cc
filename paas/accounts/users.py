"""Users: adding, finding and recognising them. What takes a ``Database`` hashes: call it outside a session."""

import re
import time
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from paas.accounts import passwords
from paas.accounts.permissions import Role
from paas.errors import Conflict, Invalid, NotSignedIn
from paas.storage.database import Database
from paas.storage.tables import UserRow

# Letters that look alike in two alphabets would let one person pass for another: ASCII only. "@" for mail addresses.
USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}", re.ASCII)


@dataclass(frozen=True)
class User:
    """A person with an account; ``created_at`` in seconds since 1970."""

    id: int
    username: str
    role: Role
    created_at: float


def check_username(username: str) -> None:
    """Invalid unless this may be a username."""
    if not USERNAME.fullmatch(username):
        raise Invalid(
            "The username must have 1 to 64 characters: letters a to z, digits and . _ @ + -, and begin with a letter "
            "or a digit."
        )


def key(username: str) -> str:
    """What is compared: ``Ada`` and ``ada`` are one person."""
    return username.lower()


def add(database: Database, username: str, password: str, *, role: Role) -> User:
    """A new user; Invalid for a bad name or password, Conflict for a name that is taken."""
    check_username(username)
    passwords.check(password, username=username)
    password_hash = passwords.hash_password(password)
    with database.session() as session:
        return insert(session, username, password_hash, role=role)


def insert(session: Session, username: str, password_hash: str, *, role: Role) -> User:
    """``add`` for who has checked and hashed already; Conflict for a second owner."""
    if role is Role.OWNER and session.scalar(select(UserRow.id).where(UserRow.role == role.value).limit(1)):
        raise Conflict("There is an owner already, and there is only one. Choose admin or member.")
    row = UserRow(
        username=username,
        username_key=key(username),
        password_hash=password_hash,
        role=role.value,
        created_at=time.time(),
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(f"There is a user {username} already. Choose another name.") from error
    return _user(row)


def authenticate(database: Database, username: str, password: str) -> User:
    """The user with this name and password; NotSignedIn does not tell which of the two was wrong, nor by its time."""
    with database.session() as session:
        row = _row(session, username)
    if not passwords.verify(row.password_hash if row else None, password) or row is None:
        raise NotSignedIn("Wrong username or password.")
    if passwords.needs_rehash(row.password_hash):
        _renew_hash(database, row, passwords.hash_password(password))
    return _user(row)


def find(session: Session, username: str) -> User | None:
    """The user of this name, however it is capitalised."""
    row = _row(session, username)
    return _user(row) if row else None


def everyone(session: Session) -> list[User]:
    """All users by name."""
    return [_user(row) for row in session.scalars(select(UserRow).order_by(UserRow.username_key))]


def count(session: Session) -> int:
    """How many users there are."""
    return session.scalar(select(func.count()).select_from(UserRow)) or 0


def _row(session: Session, username: str) -> UserRow | None:
    if not USERNAME.fullmatch(username):
        return None  # nor could every such text be sent to a database
    return session.scalar(select(UserRow).where(UserRow.username_key == key(username)))


def _renew_hash(database: Database, row: UserRow, password_hash: str) -> None:
    with database.session() as session:
        kept = session.get(UserRow, row.id)
        if kept is not None and kept.password_hash == row.password_hash:  # not changed while we were hashing
            kept.password_hash = password_hash


def _user(row: UserRow) -> User:
    return User(row.id, row.username, Role(row.role), row.created_at)
