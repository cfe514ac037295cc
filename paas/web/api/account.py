"""Oneself over REST: password, sessions, tokens for programs. docs/accounts.md shows the calls."""

import time

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts import api_tokens, password_change, sessions
from paas.accounts.permissions import Action, Actor, require
from paas.errors import Invalid
from paas.web import attempts, body, identity
from paas.web.context import services
from paas.web.shapes.api_tokens import token_shape
from paas.web.shapes.sessions import session_shape

blueprint = Blueprint("api_account", __name__)

SESSIONS = "/api/v1/account/sessions"
TOKENS = "/api/v1/account/tokens"


@blueprint.put("/api/v1/account/password")
def change_password() -> ResponseReturnValue:
    """``{"current": "...", "password": "..."}``; it ends all sessions but the one that asks."""
    who, document = _who(), body.document()
    body.refuse_others(document, "current", "password")
    old, new = body.text(document, "current") or "", body.text(document, "password") or ""
    attempts.begin(who.username)
    identity.tell_ended(password_change.change(services().database, who, old, new))
    attempts.succeeded(who.username)
    return "", 204


@blueprint.get(TOKENS)
def tokens() -> ResponseReturnValue:
    """My API tokens that still count, the newest first. What they are is not shown again."""
    who = _who()
    with services().database.session() as database:
        return {"tokens": [token_shape(each) for each in api_tokens.of_user(database, who)]}


@blueprint.post(TOKENS)
def make_token() -> ResponseReturnValue:
    """``{"name", "scope", "days"}`` -> 201 with ``token``, shown this once."""
    who, document = _who(), body.document()
    body.refuse_others(document, "name", "scope", "days")
    days = document.get("days", 30)
    if not isinstance(days, int) or isinstance(days, bool):
        raise Invalid("days must be a whole number.")
    name, scope = body.text(document, "name") or "", body.text(document, "scope") or ""
    with services().database.session() as database:
        made, text = api_tokens.create(database, who, name, scope, days)
    return token_shape(made) | {"token": text}, 201


@blueprint.delete(f"{TOKENS}/<int:token_id>")
def withdraw_token(token_id: int) -> ResponseReturnValue:
    """It counts no more, and its open sockets close."""
    who = _who()
    with services().database.session() as database:
        gone = api_tokens.withdraw(database, who, min(token_id, 2**31 - 1))
    identity.tell_ended([gone.credential])
    return "", 204


@blueprint.get(SESSIONS)
def index() -> ResponseReturnValue:
    """Where I am signed in, the session used last first."""
    who = _who()
    with services().database.session() as database:
        found = sessions.of_user(database, who.user_id, now=time.time())
    return {"sessions": [session_shape(each, who.session_id) for each in found]}


@blueprint.delete(SESSIONS)
def end_others() -> ResponseReturnValue:
    """Ends all but the one that asks."""
    return {"ended": identity.sign_out_others(_who())}


@blueprint.delete(f"{SESSIONS}/<session_id>")
def end(session_id: str) -> ResponseReturnValue:
    """Ends one; its open sockets close."""
    identity.sign_out_one(_who(), session_id)
    return "", 204


def _who() -> Actor:
    """Not a token, whatever its scope: one that was stolen must not make others."""
    who = identity.actor()
    require(who, Action.MANAGE_ACCOUNT)
    return who
