"""Whether a session still lives, and access tokens for the sockets of a page."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts import tokens
from paas.errors import NotSignedIn
from paas.web import identity
from paas.web.context import services

blueprint = Blueprint("api_session", __name__)


@blueprint.get("/api/v1/session")
def show() -> ResponseReturnValue:
    """Who is signed in. A page asks when its socket is refused, as a refusal does not tell it why."""
    actor = identity.actor()
    return {"signed_in": True, "username": actor.username, "role": actor.role}


@blueprint.post("/api/v1/session/token")
def token() -> ResponseReturnValue:
    """An access token for the session of the cookie. Not for another token: a stolen one would never end."""
    actor = identity.actor_from_cookie()
    if actor.session_id is None:
        raise NotSignedIn("Only a session can be given an access token. Sign in.")
    access_token = tokens.issue(
        services().secret_key,
        user_id=actor.user_id,
        session_id=actor.session_id,
        lifetime_seconds=tokens.PAGE_LIFETIME_SECONDS,
    )
    return {"access_token": access_token, "expires_in": tokens.PAGE_LIFETIME_SECONDS}
