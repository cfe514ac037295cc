"""Deployments: the lists, the page of each, and what one may do with it."""

import time
from collections.abc import Callable
from itertools import chain

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, require
from paas.apps import catalogue
from paas.apps.app import Kind
from paas.deployments import history, requests
from paas.deployments.history import Deployment
from paas.deployments.journal.reason import reason
from paas.deployments.stages import Status
from paas.errors import Conflict, Invalid
from paas.web import addresses
from paas.web.context import services
from paas.web.identity import actor
from paas.web.pages.opening import Opened, app_page, open_app, open_to
from paas.web.problems import STATUS
from paas.web.shapes.deployment_page import deployment_page
from paas.web.shapes.deployment_rows import rows
from paas.web.shapes.deployments import link

blueprint = Blueprint("deployments", __name__)

PAGE = 50
READ_FOR_REASON = 200
NO_COMMIT = (
    "This is no whole commit id: it has 40 digits and letters from a to f. git rev-parse prints it for a branch, a tag "
    "or the beginning of an id."
)


@blueprint.get("/deployments")
def index() -> str:
    """Those of all apps that one may see, newest first; ``?before=`` an id for older ones."""
    viewer, before = actor(), _whole("before")
    with services().database.session() as session:
        apps = catalogue.visible(session, viewer)
        found = history.of_apps(session, [app.id for app in apps], limit=PAGE + 1, before_id=before)
    return render_template(
        "deployments/all.html",
        actor=viewer,
        rows=rows(found[:PAGE], time.time(), serving_ids=[app.current_id for app in apps]),
        older_before=found[PAGE - 1].id if len(found) > PAGE else None,
        is_first_page=before is None,
        has_apps=bool(apps),
        login_url=url_for("session.login", next=request.path),
    )


@blueprint.get("/apps/<name>/deployments")
def of_app(name: str) -> str:
    """Newest first, ``?before=`` a number for older ones."""
    viewer, before = actor(), _whole("before")
    with services().database.session() as session:
        opened = open_app(session, viewer, name)
        found = history.of_app(session, opened.app.id, limit=PAGE + 1, before=before)
    return app_page(
        "deployments/of_app.html",
        opened,
        rows=rows(found[:PAGE], time.time(), serving_ids=[opened.app.current_id]),
        older_before=found[PAGE - 1].number if len(found) > PAGE else None,
        is_first_page=before is None,
    )


@blueprint.get("/apps/<name>/deployments/<int:number>")
def show(name: str, number: int) -> str:
    """Stages, progress and log of one deployment."""
    viewer = actor()
    with services().database.session() as session:
        opened = open_app(session, viewer, name)
        deployment = history.find(session, viewer, opened.app, number)
    current = opened.current if opened.current is not None and opened.current.id != deployment.id else None
    page = deployment_page(deployment, opened.app, opened.current, time.time())
    return app_page(
        "deployments/deployment.html",
        opened,
        page=page,
        # Of one that is under way, this is where it can be gone back to if it comes to nothing.
        rollback_number=current.number if current and not deployment.status.is_over else page.rolls_back_to,
        compare_with=current.number if current else number - 1,
        reason=_reason(deployment),
        link=link(opened.app, addresses.app_host(services().settings.app_host, request.host)),
    )


@blueprint.get("/apps/<name>/deploy")
def choose(name: str) -> str:
    """The form for a commit of one's choice."""
    opened = open_to(Action.DEPLOY_APP, name)
    if opened.app.kind is not Kind.GIT:
        raise Conflict(f"{name} has no repository here, so there is no commit to choose.")
    return app_page("deployments/choose.html", opened, typed="", error="")


@blueprint.post("/apps/<name>/deploy")
def deploy(name: str) -> ResponseReturnValue:
    """Request a deployment, of ``ref`` where one is sent; on to its page, or back to the form with what is wrong."""
    opened, ref = open_to(Action.DEPLOY_APP, name), request.form.get("ref", "").strip()
    trigger = "environment" if request.form.get("for") == "changes" else "page"
    try:
        with services().database.session() as session:
            made = requests.request(session, opened.viewer, opened.app, trigger=trigger, ref=ref.lower())
    except Invalid as problem:
        if problem.field != "ref":
            raise
        return app_page("deployments/choose.html", opened, typed=ref, error=NO_COMMIT), STATUS[problem.kind]
    return _on_to(made)


@blueprint.post("/apps/<name>/deployments/<int:number>/again")
def again(name: str, number: int) -> ResponseReturnValue:
    """The same request once more."""

    def request_again(session: Session, opened: Opened, tried: Deployment) -> Deployment:
        return requests.request(
            session,
            opened.viewer,
            opened.app,
            trigger=tried.trigger if tried.trigger in ("rollback", "scale", "environment") else "page",
            ref=tried.ref,
            reuses=tried.reuses,
            rollback_of=tried.rolled_back_from,
        )

    return _act_on(name, number, request_again)


@blueprint.post("/apps/<name>/deployments/<int:number>/rollback")
def roll_back(name: str, number: int) -> ResponseReturnValue:
    """Make the app again what it was with this deployment."""

    def request_rollback(session: Session, opened: Opened, wanted: Deployment) -> Deployment:
        return requests.request(session, opened.viewer, opened.app, trigger="rollback", rollback_of=wanted.number)

    return _act_on(name, number, request_rollback)


@blueprint.post("/apps/<name>/deployments/<int:number>/cancel")
def cancel(name: str, number: int) -> ResponseReturnValue:
    """End it, wherever it stands."""

    def end(session: Session, opened: Opened, deployment: Deployment) -> Deployment:
        requests.cancel(session, opened.viewer, opened.app, deployment)
        return deployment

    return _act_on(name, number, end)


def _reason(deployment: Deployment) -> list[str]:
    """The lines of its log that tell why it failed."""
    if deployment.status is not Status.FAILED:
        return []
    file = services().journals.file(deployment.id)
    lines = chain.from_iterable(file.lines(file.start_of_last(READ_FOR_REASON)))
    return reason([line.text for line in lines], deployment.error_message)


def _whole(name: str) -> int | None:
    """A number of the address that a database can hold."""
    found = request.args.get(name, type=int)
    return found if found is not None and 0 < found < 1 << 31 else None


def _act_on(name: str, number: int, act: Callable[[Session, Opened, Deployment], Deployment]) -> ResponseReturnValue:
    """Do this to a deployment; on to the one that comes of it."""
    viewer = actor()
    with services().database.session() as session:
        opened = open_app(session, viewer, name)
        require(viewer, Action.DEPLOY_APP, opened.app)
        made = act(session, opened, history.find(session, viewer, opened.app, number))
    return _on_to(made)


def _on_to(deployment: Deployment) -> ResponseReturnValue:
    services().line.wake()
    return redirect(url_for("deployments.show", name=deployment.app_name, number=deployment.number), 303)
