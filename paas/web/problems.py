"""What went wrong -> status, JSON, page. This is the one table of numbers; views and the domain only raise."""

import logging

from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.routing import WebsocketMismatch
from werkzeug.wrappers import Response as BaseResponse

from paas.accounts.permissions import Actor
from paas.errors import Invalid, NotSignedIn, Problem, TooMany, Unavailable
from paas.web import addresses, identity

STATUS = {
    "not_signed_in": 401,
    "forbidden": 403,
    "not_found": 404,
    "invalid": 400,
    "conflict": 409,
    "gone": 410,
    "outdated": 412,
    "too_many": 429,
    "unavailable": 503,
}

CLOSE_CODE = {"not_signed_in": 4001, "forbidden": 4003, "unavailable": 1013}
"""Of a WebSocket that was open. After 4001 a client has to sign in again; after 4003 it may, but not for this."""

INTERNAL = "internal"
INTERNAL_MESSAGE = "Something went wrong inside the dashboard. Its own output says what; try again."

log = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Turn every error into an answer of one shape. More specific handlers win, in whatever order they stand."""
    app.register_error_handler(Problem, _on_problem)
    app.register_error_handler(CSRFError, _on_forgery)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_bug)


def shape(problem: Problem) -> dict[str, dict[str, str]]:
    """The shape of an error at every door."""
    return _shape(problem.kind, problem.message)


def _on_problem(problem: Problem) -> BaseResponse:
    g.problem = problem
    if isinstance(problem, NotSignedIn) and not _wants_json():
        return redirect(_login_address(), 303)
    if isinstance(problem, Unavailable):
        log.warning("%s %s: %s", request.method, request.path, problem.message)
    response = _answer(problem.kind, problem.message, STATUS[problem.kind])
    if isinstance(problem, TooMany):
        response.headers["Retry-After"] = str(problem.retry_after_seconds)
    if isinstance(problem, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _on_forgery(_: CSRFError) -> BaseResponse:
    return _on_problem(Invalid("This form has expired. Go back, reload the page and try again."))


def _on_http(error: HTTPException) -> BaseResponse:
    """Errors that Flask finds by itself, before a view is called: their status stays, their kind is one of ours."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status >= 500:
        return _on_bug(error)
    kind = next((kind for kind, number in STATUS.items() if number == status), Invalid.kind)
    response = _answer(kind, _words(error), status)
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _on_bug(error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _answer(INTERNAL, INTERNAL_MESSAGE, 500)


def _words(error: HTTPException) -> str:
    if isinstance(error, WebsocketMismatch):
        return "This address is for WebSockets: open it with ws:// or wss://."
    match error.code:
        case 404:
            return f"There is nothing at {request.path}."
        case 405:
            return f"{request.method} is not possible at {request.path}."
        case 413:
            return "What was sent is too large: 1 MB is the most."
    return error.description or error.name


def _answer(kind: str, message: str, status: int) -> Response:
    if _wants_json():
        response = jsonify(_shape(kind, message))
        response.status_code = status
        return response
    return Response(_page(kind, message, status), status, mimetype="text/html")


def _page(kind: str, message: str, status: int) -> str:
    """The designed page; a plain one when that fails as well: what failed may be what a page needs."""
    try:
        actor = _actor_or_none()
        return render_template("problems/problem.html", actor=actor, kind=kind, message=message, status=status)
    except Exception:
        log.exception("the page for a problem (%s) could not be drawn", kind)
        return f"<!doctype html><title>Quayside</title><h1>{status}</h1><p>{escape(message)}</p>"


def _actor_or_none() -> Actor | None:
    try:
        return identity.actor()
    except Problem:
        return None


def _shape(kind: str, message: str) -> dict[str, dict[str, str]]:
    return {"error": {"kind": kind, "message": message}}


def _wants_json() -> bool:
    return request.path.startswith(("/api/", "/ws/")) or request.path == "/metrics"


def _login_address() -> str:
    """Where to sign in, and to come back afterwards if this was a page that can be asked for again."""
    if request.method != "GET":
        return url_for("session.login")
    here = addresses.local(request.full_path.removesuffix("?"))
    return url_for("session.login", next=here) if here != "/" else url_for("session.login")
