"""The people here: who there is, invitations, roles, removal. For admins and the owner."""

import time
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts import invitations, membership
from paas.accounts.invitations import Invitation
from paas.accounts.membership import Person
from paas.accounts.permissions import Action, Actor, Role, require
from paas.errors import Conflict, Forbidden, Invalid, NotFound
from paas.web import addresses, audited, identity
from paas.web.context import services
from paas.web.problems import STATUS
from paas.web.times import ago, iso

blueprint = Blueprint("users", __name__)


@dataclass(frozen=True)
class Row:
    """``is_fixed``: the owner, or oneself."""

    person: Person
    is_fixed: bool
    seen: tuple[str, str] | None
    since: tuple[str, str]


@dataclass(frozen=True)
class Pending:
    invitation: Invitation
    days: int


@blueprint.get("/users")
def index() -> str:
    return _page(_viewer())


@blueprint.post("/users/invitations")
def invite() -> ResponseReturnValue:
    """Make a link. It is shown on this answer alone, so there is no page to go on to."""
    viewer = _viewer()
    role, note = request.form.get("role", ""), request.form.get("note", "").strip()
    try:
        with services().database.session() as session:
            _, code = invitations.invite(session, viewer, role, note)
    except Invalid as problem:
        audited.failed(problem)
        return _page(viewer, problem=problem.message), STATUS[problem.kind]
    return _page(viewer, link=_link(code))


@blueprint.post("/users/invitations/withdraw")
def withdraw() -> ResponseReturnValue:
    viewer, number = _viewer(), request.form.get("invitation", "")
    try:
        with services().database.session() as session:
            invitations.withdraw(session, viewer, int(number) if number.isascii() and number.isdigit() else 0)
    except NotFound as problem:
        return _back(problem.message, problem)
    return _back("The invitation is withdrawn. Its link opens nothing any more.")


@blueprint.post("/users/<username>/role")
def change_role(username: str) -> ResponseReturnValue:
    viewer = _viewer()
    try:
        with services().database.session() as session:
            user = membership.change_role(session, viewer, username, request.form.get("role", ""))
    except (Invalid, Forbidden, Conflict) as problem:
        return _back(problem.message, problem)
    return _back(f"{user.username} is {user.role} now.")


@blueprint.get("/users/<username>/remove")
def ask_removal(username: str) -> str:
    """What will go, what stays, and the field for the name."""
    return _removal_page(_viewer(), username)


@blueprint.post("/users/<username>/remove")
def remove(username: str) -> ResponseReturnValue:
    viewer, typed = _viewer(), request.form.get("typed", "").strip()
    try:
        with services().database.session() as session:
            ended = membership.remove(session, viewer, username, name=typed)
    except (Invalid, Forbidden, Conflict) as problem:
        audited.failed(problem)
        return _removal_page(viewer, username, typed=typed, error=problem.message), STATUS[problem.kind]
    identity.tell_ended(ended)
    return _back(f"{username} was removed.")


def _link(code: str) -> str:
    path = url_for("invited.index", code=code)
    return addresses.whole(path, public_url=services().settings.public_url, host_url=request.host_url)


def _viewer() -> Actor:
    viewer = identity.actor()
    require(viewer, Action.MANAGE_USERS)
    return viewer


def _back(words: str, problem: Invalid | Forbidden | Conflict | NotFound | None = None) -> ResponseReturnValue:
    if problem is not None:
        audited.failed(problem)
    flash(words)
    return redirect(url_for("users.index"), 303)


def _page(viewer: Actor, *, link: str = "", problem: str = "") -> str:
    now = time.time()
    with services().database.session() as session:
        people = membership.everyone(session, viewer)
        pending = invitations.open_ones(session, viewer)
    return render_template(
        "users/users.html",
        actor=viewer,
        rows=[_row(each, viewer, now) for each in people],
        pending=[Pending(each, max(1, round((each.expires_at - now) / 86_400))) for each in pending],
        roles=[Role.MEMBER, Role.ADMIN],
        link=link,
        problem=problem,
    )


def _row(person: Person, viewer: Actor, now: float) -> Row:
    user, seen = person.user, person.last_seen_at
    return Row(
        person,
        is_fixed=user.role is Role.OWNER or user.id == viewer.user_id,
        seen=(iso(seen), ago(seen, now)) if seen is not None else None,
        since=(iso(user.created_at), ago(user.created_at, now)),
    )


def _removal_page(viewer: Actor, username: str, *, typed: str = "", error: str = "") -> str:
    with services().database.session() as session:
        user = membership.find(session, viewer, username)
    return render_template("users/remove.html", actor=viewer, user=user, typed=typed, error=error)
