"""Writes into the audit log what requests have done, and what was refused.

``audited_routes`` names every route that changes something; a test fails when one is missing. It is written after the
answer is known, so nothing that went wrong stands there as done. Of what was sent only the fields that the table names
are kept.
"""

import logging
import time
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from paas.accounts import audit, users
from paas.accounts.audit import Event, Result
from paas.accounts.permissions import Actor
from paas.apps import catalogue
from paas.deployments import history
from paas.errors import NotFound, Problem
from paas.web import attempts, body, identity
from paas.web.audited_routes import ROUTES, Audited
from paas.web.context import services
from paas.web.counting import Window

log = logging.getLogger(__name__)

MOST_A_MINUTE = 60
"""Refusals to people who are not known, from one address, and looks that one person was refused."""

MOST_OF_ALL_A_MINUTE = 600
"""Refusals to people who are not known, from wherever: or anyone with many addresses could fill the disk."""

KEY = "quayside-audited"

REFUSED = (401, 403, 404, 429)
REFUSED_KINDS = ("not_signed_in", "forbidden", "not_found", "too_many")
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Windows:
    """How much is kept."""

    unknown: Window = field(default_factory=lambda: Window(MOST_A_MINUTE, seconds=60))
    all_unknown: Window = field(default_factory=lambda: Window(MOST_OF_ALL_A_MINUTE, seconds=60))
    looks: Window = field(default_factory=lambda: Window(MOST_A_MINUTE, seconds=60))


def register(app: Flask) -> None:
    """Look at every request before and after its view."""
    app.extensions[KEY] = Windows()
    app.before_request(_before)
    app.after_request(_after)


def failed(problem: Problem) -> None:
    """Say that it could not be done, where the page tells so and goes on."""
    g.problem = problem


def about(subject: str) -> None:
    """Say on what it is, where the request does not name it."""
    g.audited_subject = subject


def unfinished() -> None:
    """Say that a step was made and nothing has come of it yet."""
    g.unfinished = True


def refused_on_socket(actor: Actor, subject: str, problem: Problem) -> None:
    """Write down what somebody was refused by an event of a socket."""
    try:
        event = _look_of(actor, subject, "socket", problem.message)
        if event is not None:
            with services().database.session() as session:
                audit.record(session, event)
    except Problem as problem_here:
        log.error("A refusal at %s could not be written into the audit log: %s", subject, problem_here.message)
    except Exception:
        log.exception("A refusal at %s could not be written into the audit log", subject)


def _before() -> None:
    """Who asks is noted before the view: afterwards they may be signed out, and their app renamed or deleted."""
    route = _route()
    if route is not None:
        g.audited_actor, g.audited_sent = _actor_or_none(), _sent()
        g.audited_subject = _named(route, g.audited_sent)


def _route() -> Audited | None:
    return ROUTES.get(request.endpoint or "") if request.method not in SAFE else None


def _after(response: Response) -> Response:
    try:
        event = _event(response.status_code)
        if event is not None:
            with services().database.session() as session:
                audit.record(session, event)
    except Problem as problem:
        log.error("%s %s could not be written into the audit log: %s", request.method, request.path, problem.message)
    except Exception:
        log.exception("%s %s could not be written into the audit log", request.method, request.path)
    return response


def _event(status: int) -> Event | None:
    route, result = _route(), _result(status)
    if route is None:
        return _refused_look() if request.method in SAFE and status == 403 else None
    if result is Result.DONE and (not route.is_change or g.get("unfinished")):
        return None
    user_id, username = _who(result)
    if not username and not _is_kept_of_unknown():
        return None
    return Event(
        username=username,
        user_id=user_id,
        action=route.action,
        subject=g.get("audited_subject", ""),
        door=_door(),
        address=request.remote_addr or "",
        result=result,
        detail=_detail(route, status),
    )


def _refused_look() -> Event | None:
    """Somebody opened what they may not see."""
    actor = _actor_or_none()
    return _look_of(actor, request.path, _door()) if actor is not None else None


def _look_of(actor: Actor, subject: str, door: str, detail: str = "") -> Event | None:
    if _windows().looks.hit(actor.user_id, now=time.time()):
        return None
    return Event(
        username=actor.username,
        user_id=actor.user_id,
        action="open",
        subject=subject,
        door=door,
        address=request.remote_addr or "",
        result=Result.REFUSED,
        detail=detail,
    )


def _is_kept_of_unknown() -> bool:
    """Whether one more refusal to people who are not known is."""
    windows, now = _windows(), time.time()
    return not windows.unknown.hit(attempts.address(), now=now) and not windows.all_unknown.hit("", now=now)


def _windows() -> Windows:
    found: Windows = current_app.extensions[KEY]
    return found


def _who(result: Result) -> tuple[int | None, str]:
    """Whoever has just signed in is known by that alone."""
    actor: Actor | None = g.get("audited_actor")
    if actor is not None:
        return actor.user_id, actor.username
    if _door() == "webhook" and result is Result.DONE:
        return None, "webhook"
    known: tuple[int | None, str] = g.get("signed_in", (None, ""))
    return known


def _result(status: int) -> Result:
    problem: Problem | None = g.get("problem")
    if problem is not None:
        return Result.REFUSED if problem.kind in REFUSED_KINDS else Result.FAILED
    if status < 400:
        return Result.DONE
    return Result.REFUSED if status in REFUSED else Result.FAILED


def _door() -> str:
    if request.path.startswith("/api/v1/hooks/"):
        return "webhook"
    return "api" if request.path.startswith("/api/") else "page"


def _detail(route: Audited, status: int) -> str:
    sent: dict[str, str] = g.get("audited_sent", {})
    parts = [f"{name} {sent[name]}" for name in route.fields if sent.get(name)]
    problem: Problem | None = g.get("problem")
    if problem is not None:
        parts.append(problem.message)
    elif status >= 400:
        parts.append(f"status {status}")
    return ", ".join(parts)


def _named(route: Audited, sent: dict[str, str]) -> str:
    if "{user}" in route.subject:
        return _user(sent.get("username", ""))
    if "{app}" not in route.subject:
        return route.subject.format_map(_Blank(sent))
    named = {"app": sent.get("reference") or sent.get("name", ""), "number": sent.get("number", "")}
    return route.subject.format_map(_looked_up(named, sent.get("deployment_id", "")))


def _user(username: str) -> str:
    """A name that nobody has is not kept: it may be a password, typed into the wrong field."""
    with services().database.session() as session:
        user = users.find(session, username)
    return f"user {user.username}" if user is not None else "an unknown user"


def _looked_up(named: dict[str, str], deployment_id: str) -> dict[str, str]:
    """By name and number, however the address says it: who looks for an app finds all that was done to it."""
    try:
        with services().database.session() as session:
            if deployment_id:
                deployment = history.load(session, int(deployment_id))
                return {"app": deployment.app_name, "number": str(deployment.number)}
            if named["app"].isascii() and named["app"].isdigit() and len(named["app"]) < 10:
                return named | {"app": catalogue.load(session, int(named["app"])).name}
    except NotFound:
        pass
    return named if named["app"] else {"app": "?", "number": deployment_id}


def _sent() -> dict[str, str]:
    """Every text that was sent, by name; those of the address count before those of the body."""
    sent: dict[str, str] = {}
    if request.endpoint != "api_hooks.take":  # its body may be larger, and is the hook's own to read
        try:
            sent |= request.form.to_dict()
            if request.is_json:
                sent |= _document()
        except HTTPException:  # too large: the view will say so
            pass
    return sent | {name: str(value) for name, value in (request.view_args or {}).items()}


def _document() -> dict[str, str]:
    try:
        return {name: value for name, value in body.document().items() if isinstance(value, str)}
    except Problem:
        return {}


def _actor_or_none() -> Actor | None:
    try:
        return identity.actor()
    except Problem:
        return None


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
