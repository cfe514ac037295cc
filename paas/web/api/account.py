"""Oneself over REST: the password, and where one is signed in. docs/accounts.md shows the calls."""

import time

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts import password_change, sessions
from paas.web import attempts, body, identity
from paas.web.context import services
from paas.web.shapes.sessions import session_shape

blueprint = Blueprint("api_account", __name__)

SESSIONS = "/api/v1/account/sessions"


@blueprint.put("/api/v1/account/password")
def change_password() -> ResponseReturnValue:
    """``{"current": "...", "password": "..."}``; it ends all sessions but the one that asks."""
    who, document = identity.actor(), body.document()
    body.refuse_others(document, "current", "password")
    old, new = body.text(document, "current") or "", body.text(document, "password") or ""
    attempts.begin(who.username)
    identity.tell_ended(password_change.change(services().database, who, old, new))
    attempts.succeeded(who.username)
    return "", 204


@blueprint.get(SESSIONS)
def index() -> ResponseReturnValue:
    """Where I am signed in, the session used last first."""
    who = identity.actor()
    with services().database.session() as database:
        found = sessions.of_user(database, who.user_id, now=time.time())
    return {"sessions": [session_shape(each, who.session_id) for each in found]}


@blueprint.delete(SESSIONS)
def end_others() -> ResponseReturnValue:
    """Ends all but the one that asks."""
    return {"ended": identity.sign_out_others(identity.actor())}


@blueprint.delete(f"{SESSIONS}/<session_id>")
def end(session_id: str) -> ResponseReturnValue:
    """Ends one; its open sockets close."""
    identity.sign_out_one(identity.actor(), session_id)
    return "", 204
