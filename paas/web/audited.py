"""Writes into the audit log what requests have done, and what was refused.

One table names every route that changes something; a test fails when one is missing. It is written after the answer is
known, so nothing that went wrong stands there as done. Of what was sent only the fields that the table names are kept.
"""

import logging
from dataclasses import dataclass

from flask import Flask, Response, g, request
from limits import parse
from werkzeug.exceptions import HTTPException

from paas.accounts import audit, users
from paas.accounts.audit import Event, Result
from paas.accounts.permissions import Actor
from paas.apps import catalogue
from paas.deployments import history
from paas.errors import NotFound, Problem
from paas.web import attempts, body, identity
from paas.web.context import services

log = logging.getLogger(__name__)

UNKNOWN_LIMIT = parse("60 per minute")
"""Of refusals to people who are not known, from one address: or anyone could fill the disk."""

REFUSED = (401, 403, 404, 429)
REFUSED_KINDS = ("not_signed_in", "forbidden", "not_found", "too_many")
SAFE = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True)
class Audited:
    """``subject`` is built of what the address and the body name; of the body, ``fields`` alone are told."""

    action: str
    subject: str = ""
    fields: tuple[str, ...] = ()
    is_change: bool = True
    """Otherwise only refusals are written down."""


APP, DEPLOYMENT = "app {app}", "app {app}, deployment {number}"

ROUTES = {
    "session.sign_in": Audited("sign in", "{user}"),
    "session.sign_in_with_code": Audited("sign in", "an unknown user"),
    "session.logout": Audited("sign out"),
    "setup.index": Audited("set up", "the account of the owner"),
    "account.change_password": Audited("change password"),
    "account.end_session": Audited("end session", "{session}"),
    "account.end_other_sessions": Audited("end other sessions"),
    "account.sign_out_everywhere": Audited("sign out everywhere"),
    "two_factor.begin": Audited("begin two-factor sign-in"),
    "two_factor.confirm": Audited("turn on two-factor sign-in"),
    "two_factor.renew": Audited("make recovery codes"),
    "two_factor.turn_off": Audited("turn off two-factor sign-in"),
    "tokens.create": Audited("make token", "token {name}", ("scope", "days")),
    "tokens.withdraw": Audited("withdraw token", "token {token}"),
    "invited.index": Audited("join"),
    "users.invite": Audited("invite user", "", ("role", "note")),
    "users.withdraw": Audited("withdraw invitation", "invitation {invitation}"),
    "users.change_role": Audited("change role", "user {username}", ("role",)),
    "users.remove": Audited("remove user", "user {username}"),
    "new_app.create": Audited("create app", "app {name}"),
    "looking.look": Audited("look at repository", APP, is_change=False),
    "overview.scale": Audited("scale app", APP),
    "overview.switch": Audited("switch app", APP, ("to",)),
    "environment.set_one": Audited("set variable", APP, ("key",)),
    "environment.set_all": Audited("replace environment", APP),
    "environment.remove": Audited("remove variable", APP, ("key",)),
    "settings.change": Audited("change app", APP),
    "settings.token": Audited("change Git token", APP),
    "settings.deploy_key": Audited("make deploy key", APP),
    "settings.webhook_secret": Audited("make webhook secret", APP),
    "access.give": Audited("give grant", APP, ("username", "grant")),
    "access.withdraw": Audited("withdraw grant", APP, ("username",)),
    "deployments.deploy": Audited("deploy app", APP),
    "deployments.again": Audited("deploy again", DEPLOYMENT),
    "deployments.roll_back": Audited("roll back", DEPLOYMENT),
    "deployments.cancel": Audited("cancel deployment", DEPLOYMENT),
    "removing.delete": Audited("delete app", APP),
    "adopting.adopt": Audited("adopt container", "container {container}"),
    "api_login.login": Audited("sign in", "{user}"),
    "api_session.token": Audited("make access token", is_change=False),
    "api_account.change_password": Audited("change password"),
    "api_account.end_others": Audited("end other sessions"),
    "api_account.end": Audited("end session", "{session_id}"),
    "api_account.make_token": Audited("make token", "token {name}", ("scope",)),
    "api_account.withdraw_token": Audited("withdraw token", "token {token_id}"),
    "api_users.change": Audited("change role", "user {username}", ("role",)),
    "api_users.remove": Audited("remove user", "user {username}"),
    "api_users.invite": Audited("invite user", "", ("role", "note")),
    "api_users.withdraw": Audited("withdraw invitation", "invitation {invitation_id}"),
    "api_apps.create": Audited("create app", "app {name}"),
    "api_apps.change": Audited("change app", APP),
    "api_apps.delete": Audited("delete app", APP),
    "api_apps.deploy_key": Audited("make deploy key", APP),
    "api_apps.webhook_secret": Audited("make webhook secret", APP),
    "api_environment.replace": Audited("replace environment", APP),
    "api_environment.set_one": Audited("set variable", APP, ("key",)),
    "api_environment.remove": Audited("remove variable", APP, ("key",)),
    "api_grants.give": Audited("give grant", APP, ("username", "grant")),
    "api_grants.withdraw": Audited("withdraw grant", APP, ("username",)),
    "api_deployments.create": Audited("deploy app", APP),
    "api_deployments.cancel": Audited("cancel deployment", DEPLOYMENT),
    "api_deployments.rollback": Audited("roll back", DEPLOYMENT),
    "api_hooks.take": Audited("deploy by webhook", APP, ("forge",)),
}


def register(app: Flask) -> None:
    """Look at every request before and after its view."""
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
    if not username and not attempts.allows(UNKNOWN_LIMIT, "audit"):
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
    if actor is None:
        return None
    return Event(
        username=actor.username,
        user_id=actor.user_id,
        action="open",
        subject=request.path,
        door=_door(),
        address=request.remote_addr or "",
        result=Result.REFUSED,
    )


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
