"""The second step of signing in, at every door that takes a password.

Between the two steps a browser holds in its signed cookie who it has given the right password for, and until when. That
opens nothing but the second step.
"""

import time

from flask import session

from paas.accounts import two_factor, users
from paas.accounts.users import User
from paas.errors import NotSignedIn
from paas.web import attempts, identity
from paas.web.context import services

PATIENCE_SECONDS = 300

KEY = "second_step"


def is_needed(user: User) -> bool:
    with services().database.session() as database:
        return two_factor.is_on(database, user.id)


def is_right(user: User, code: str) -> bool:
    """Whether the code lets them in; it is used up by that. TooMany after too many that did not."""
    attempts.begin_code(user.id)
    with services().database.session() as database:
        found = two_factor.accepts(database, user.id, services().vault, code)
    if found:
        attempts.code_succeeded(user.id)
    return found


def wait_for_code(user: User, username: str) -> None:
    """Remember that the password was right; ``username`` as it was typed is what attempts are counted by."""
    identity.sign_out()  # whoever was signed in here: the cookie is about to be of somebody else
    session[KEY] = [user.id, username, time.time() + PATIENCE_SECONDS]


def waiting() -> tuple[User, str] | None:
    """Whose password was right in this browser a moment ago, and the name that was typed."""
    user_id, username, until = session.get(KEY) or (0, "", 0.0)
    if until <= time.time():
        return None
    with services().database.session() as database:
        user = users.find(database, username)
    return (user, username) if user is not None and user.id == user_id else None


def check(user: User, code: str | None) -> None:
    """For doors that take password and code at once: NotSignedIn unless the code is right, or none is needed."""
    if not is_needed(user):
        return
    if not code:
        raise NotSignedIn("This account signs in with a code too. Send it as code, beside username and password.")
    if not is_right(user, code):
        raise NotSignedIn("This code is not right, or was used already.")
