"""Signing in for clients without a cookie: a password once, then an access token."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from paas.accounts import sessions, tokens, users
from paas.errors import Invalid
from paas.web import attempts, forgery, identity, second_step
from paas.web.context import services

blueprint = Blueprint("api_login", __name__)
forgery.protect.exempt(blueprint)  # it reads no cookie and sets none


@blueprint.post("/api/v1/login")
def login() -> ResponseReturnValue:
    """``{username, password}``, with ``code`` where that is needed -> ``{access_token, expires_in}``, in seconds."""
    username, password, code = _credentials()
    attempts.begin(username)
    user = users.authenticate(services().database, username, password)
    second_step.check(user, code)
    attempts.succeeded(username)
    token = identity.start_session(user, lifetime_seconds=tokens.LOGIN_LIFETIME_SECONDS)
    access_token = tokens.issue(
        services().secret_key,
        user_id=user.id,
        session_id=sessions.id_of(token),
        lifetime_seconds=tokens.LOGIN_LIFETIME_SECONDS,
    )
    return {"access_token": access_token, "expires_in": tokens.LOGIN_LIFETIME_SECONDS}


def _credentials() -> tuple[str, str, str | None]:
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # lists within lists, thousands deep
        body = None
    if isinstance(body, dict):
        username, password, code = body.get("username"), body.get("password"), body.get("code")
        if isinstance(username, str) and isinstance(password, str) and isinstance(code, str | None):
            return username, password, code
    raise Invalid('Send JSON with two texts: {"username": "...", "password": "..."}.')
