"""Who may use an app: the grants that members were given of it, on its settings page."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.accounts import grants, users
from paas.accounts.grants import Given
from paas.accounts.permissions import Action, Grant, Role, may, require
from paas.errors import Conflict, Invalid, NotFound
from paas.web import audited
from paas.web.context import services
from paas.web.pages.opening import Opened, open_to

blueprint = Blueprint("access", __name__)

WORDS = {
    Grant.VIEW: "see it, its log and its figures",
    Grant.DEPLOY: "deploy, stop and start it too",
    Grant.MANAGE: "change and delete it too",
}


@dataclass(frozen=True)
class Access:
    """``candidates`` are the members who could be given the app and have nothing of it yet."""

    given: tuple[Given, ...]
    candidates: tuple[str, ...]
    words: dict[Grant, str]


def access_of(session: Session, opened: Opened) -> Access | None:
    """What the settings page shows of it; None for who may not say who may use an app."""
    viewer, app = opened.viewer, opened.app
    if not may(viewer, Action.GIVE_GRANTS, app):
        return None
    given = grants.of_app(session, viewer, app)
    has = {each.username for each in given}
    others = [each for each in users.everyone(session) if each.role is Role.MEMBER and each.id != app.created_by]
    return Access(tuple(given), tuple(each.username for each in others if each.username not in has), WORDS)


@blueprint.post("/apps/<name>/settings/access")
def give(name: str) -> ResponseReturnValue:
    """Give a member this much of the app, or another amount than before."""
    opened = open_to(Action.SEE_APP, name)
    require(opened.viewer, Action.GIVE_GRANTS, opened.app)
    try:
        with services().database.session() as session:
            username, level = request.form.get("username", ""), request.form.get("grant", "")
            given = grants.give(session, opened.viewer, opened.app, username, level)
    except (Invalid, NotFound, Conflict) as problem:
        audited.failed(problem)
        return _back(opened, problem.message)
    return _back(opened, f"{given.username} may {WORDS[given.level]}.")


@blueprint.post("/apps/<name>/settings/access/withdraw")
def withdraw(name: str) -> ResponseReturnValue:
    """Take the app away from a member; what they watch of it ends."""
    opened, username = open_to(Action.SEE_APP, name), request.form.get("username", "")
    require(opened.viewer, Action.GIVE_GRANTS, opened.app)
    try:
        with services().database.session() as session:
            grants.withdraw(session, opened.viewer, opened.app, username)
    except NotFound as problem:
        audited.failed(problem)
        return _back(opened, problem.message)
    return _back(opened, f"{username} may not use this app any more.")


def _back(opened: Opened, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("settings.index", name=opened.app.name, _anchor="access-list"), 303)
