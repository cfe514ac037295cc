"""Another password for somebody who has one: what was signed in with the old one ends. Both hash: call them outside a
session."""

from paas.accounts import passwords, sessions, users
from paas.accounts.permissions import Actor
from paas.errors import Conflict, Invalid, NotFound, NotSignedIn
from paas.storage.database import Database
from paas.storage.tables import UserRow


def change(database: Database, actor: Actor, old: str, new: str) -> list[str]:
    """By this person, who proves who they are by the old one. The ids of their other sessions, which it ends; Invalid
    names the field that is wrong."""
    with database.session() as session:
        row = session.get(UserRow, actor.user_id)
    if row is None:
        raise NotSignedIn("This account was removed.")
    if not passwords.verify(row.password_hash, old):
        raise Invalid("This is not your password.", field="current")
    _check(new, row.username)
    password_hash = passwords.hash_password(new)
    with database.session() as session:
        kept = session.get(UserRow, actor.user_id)
        if kept is None or kept.password_hash != row.password_hash:
            raise Conflict("The password was changed meanwhile. Sign in with the newest one.")
        kept.password_hash = password_hash
        return sessions.end_all(session, actor.user_id, but=actor.session_id)


def reset(database: Database, username: str, new: str) -> users.User:
    """Without the old one, for who has lost it; it ends every session of theirs."""
    passwords.check(new, username=username)
    password_hash = passwords.hash_password(new)
    with database.session() as session:
        user = users.find(session, username)
        row = session.get(UserRow, user.id) if user is not None else None
        if user is None or row is None:
            raise NotFound(f"There is no user {username[:80]!r}.")
        row.password_hash = password_hash
        sessions.end_all(session, user.id)
        return user


def _check(new: str, username: str) -> None:
    try:
        passwords.check(new, username=username)
    except Invalid as problem:
        raise Invalid(problem.message, field="password") from problem
