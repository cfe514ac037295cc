"""Who asks: cookie, access token or API token -> Actor, in one way for pages, REST and sockets; and signing in and out.

The cookie holds the token of a session that lives on the server, so a copy of it is worthless after signing out. A
request that brings an ``Authorization: Bearer`` is judged by that alone: were a bad one to fall back to the cookie,
the check against forged forms (``web/forgery.py``), which such requests skip, could be passed by anyone.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from blinker import Signal
from flask import Flask, g, request, session
from flask_login import LoginManager, current_user, login_user, logout_user

from paas.accounts import api_tokens, sessions, tokens
from paas.accounts.permissions import Actor
from paas.accounts.users import User
from paas.errors import NotSignedIn
from paas.web.context import services

FORMS_SECRET = "csrf_token"  # noqa: S105 - the name under which Flask-WTF keeps it in the cookie

# Sent with session_id= when someone signs out here: sockets that the session had opened end at once.
session_ended = Signal()


@dataclass(frozen=True)
class SignedIn:
    """What Flask-Login keeps for a request; ``get_id`` is what it writes into the cookie."""

    actor: Actor
    token: str
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token


def register(app: Flask) -> None:
    """Let Flask-Login read our sessions."""
    login = LoginManager()
    # Its own protection compares the address and the browser, and signs out whoever changes from Wi-Fi to mobile.
    login.session_protection = None
    login.user_loader(_from_cookie)
    # Not init_app: all it adds is a remember-me cookie that we do not have, and for its sake it reads the session on
    # every answer, so that each static file would say Vary: Cookie and be fetched anew after signing in.
    app.login_manager = login  # type: ignore[attr-defined]


def actor() -> Actor:
    """Who sends this request, or opens this socket; NotSignedIn without a valid cookie or access token."""
    bearer = bearer_token()
    return actor_from_cookie() if bearer is None else actor_from_token(bearer)


def actor_from_cookie() -> Actor:
    """Who holds the session of this browser."""
    if not current_user.is_authenticated:
        raise NotSignedIn("You are not signed in, or your session has ended. Sign in.")
    found: Actor = current_user.actor
    return found


def actor_from_token(token: str) -> Actor:
    """Who was given this API token, or this access token, which is worth nothing after the end of its session."""
    if token.startswith(api_tokens.PREFIX):
        return _actor_from_api_token(token)
    claims = tokens.read((services().secret_key, *services().older_keys), token)
    found = _find(claims.session_id)
    if found is None or found.user_id != claims.user_id:
        raise NotSignedIn("The session of this access token has ended. Sign in again.")
    return replace(found, expires_at=claims.expires_at)


def _actor_from_api_token(token: str) -> Actor:
    with services().database.session() as database:
        found = api_tokens.find(database, token, address=request.remote_addr or "")
    if found is None:
        raise NotSignedIn("This API token is not valid, or no longer. Make another one on your account page.")
    return found


def all_now(credentials: Sequence[str]) -> dict[str, Actor]:
    """Who is behind each of these credentials (``Actor.session_id``), with today's role and grants; those that have
    ended are left out. For open sockets, of which there may be many: those of sessions are asked for at once."""
    of_tokens = [each for each in credentials if each.startswith(api_tokens.CREDENTIAL)]
    of_sessions = [each for each in credentials if not each.startswith(api_tokens.CREDENTIAL)]
    with services().database.session() as database:
        found = sessions.find_all(database, of_sessions, now=time.time())
        of_others = {each: api_tokens.find_again(database, each) for each in of_tokens}
    return found | {each: actor for each, actor in of_others.items() if actor is not None}


def bearer_token() -> str | None:
    """The token of ``Authorization: Bearer``; empty when there is none after the word, None without the header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def sign_in(user: User) -> None:
    """Begin a new session for this browser. Whatever it held before is dropped, so none can be planted on it."""
    sign_out()
    session.clear()
    token = start_session(user, lifetime_seconds=sessions.LIFETIME_SECONDS)
    session.permanent = True
    found = _load(token)
    login_user(found)


def sign_out() -> None:
    """End the session of this browser, if it has one."""
    if current_user.is_authenticated:
        end_session(current_user.actor.session_id)
    _forget()


def sign_out_everywhere(actor: Actor) -> None:
    """End every session of this user, and with them their access tokens."""
    with services().database.session() as database:
        ended = sessions.end_all(database, actor.user_id)
    _forget()
    tell_ended(ended)


def _forget() -> None:
    """Drop what the cookie holds but for the secret of its forms: another tab of this browser may have come to the
    sign-in page a moment before, and what is filled in there has to count."""
    logout_user()
    kept = session.get(FORMS_SECRET)
    session.clear()
    if kept is not None:
        session[FORMS_SECRET] = kept


def sign_out_others(actor: Actor) -> int:
    """End every session of this user but the one that asks; how many those were."""
    with services().database.session() as database:
        ended = sessions.end_all(database, actor.user_id, but=actor.session_id)
    tell_ended(ended)
    return len(ended)


def sign_out_one(actor: Actor, session_id: str) -> None:
    """End one session of this user; NotFound when they have none of this id."""
    with services().database.session() as database:
        sessions.end_one(database, actor.user_id, session_id)
    tell_ended([session_id])


def tell_ended(session_ids: Iterable[str]) -> None:
    """Close the sockets of sessions that were ended a moment ago."""
    for session_id in session_ids:
        session_ended.send(session_id=session_id)


def start_session(user: User, *, lifetime_seconds: float) -> str:
    """A new session for whoever sends this request; its token."""
    g.signed_in = (user.id, user.username)
    with services().database.session() as database:
        return sessions.start(
            database,
            user.id,
            address=request.remote_addr or "",
            user_agent=request.user_agent.string,
            now=time.time(),
            lifetime_seconds=lifetime_seconds,
        )


def end_session(session_id: str) -> None:
    """End one session and tell its sockets."""
    with services().database.session() as database:
        sessions.end(database, session_id)
    tell_ended([session_id])


def _from_cookie(token: str) -> SignedIn | None:
    """Nobody, beside an access token: one that is worth nothing would spare the check against forged forms."""
    return _load(token) if bearer_token() is None else None


def _load(token: str) -> SignedIn | None:
    found = _find(sessions.id_of(token))
    return SignedIn(found, token) if found else None


def _find(session_id: str) -> Actor | None:
    return all_now([session_id]).get(session_id)
