"""The first page of an app: what serves, its processes and their number, and what was deployed last."""

import time

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action
from paas.apps import catalogue, given
from paas.apps.app import App, Kind
from paas.deployments import history, power, processes, requests
from paas.deployments.processes import Process
from paas.errors import Conflict, Invalid, Problem
from paas.web.context import services
from paas.web.pages.opening import Opened, app_page, open_to
from paas.web.problems import STATUS
from paas.web.shapes import gauges, metrics
from paas.web.shapes.app_facts import facts
from paas.web.shapes.deployment_rows import rows
from paas.web.shapes.process_rows import process_rows
from paas.web.states import serving_now

blueprint = Blueprint("overview", __name__)

SHOWN_DEPLOYMENTS = 5
LONGEST_WAIT_SECONDS = 10.0
SWITCHES = {"stop": power.stop, "start": power.start, "restart": power.restart}


@blueprint.get("/apps/<name>")
def index(name: str) -> str:
    return _page(open_to(Action.SEE_APP, name))


@blueprint.post("/apps/<name>/scale")
def scale(name: str) -> ResponseReturnValue:
    """Keep the numbers and, where something is deployed, bring them into effect by a deployment of the same image."""
    opened = open_to(Action.MANAGE_APP, name)
    typed = {key.removeprefix("scale-"): text for key, text in request.form.items() if key.startswith("scale-")}
    try:
        number = _rescale(opened, typed)
    except (Invalid, Conflict) as problem:
        return _page(opened, typed=typed, problem=problem), STATUS[problem.kind]
    if number is None:
        flash("The numbers are kept. They count from the next deployment on.")
        return redirect(url_for("overview.index", name=opened.app.name), 303)
    services().line.wake()
    return redirect(url_for("deployments.show", name=opened.app.name, number=number), 303)


@blueprint.post("/apps/<name>/switch")
def switch(name: str) -> ResponseReturnValue:
    """Stop, start or restart its containers as they are; the answer comes when it is done."""
    opened, to = open_to(Action.DEPLOY_APP, name), request.form.get("to", "")
    if to not in SWITCHES:
        raise Invalid("to must be one of stop, start and restart.")
    SWITCHES[to](services().database, services().engine, opened.viewer, opened.app)
    services().engine.inventory.catch_up(limit_seconds=LONGEST_WAIT_SECONDS)  # the next page shows how it is now
    return redirect(url_for("overview.index", name=opened.app.name), 303)


def _rescale(opened: Opened, typed: dict[str, str]) -> int | None:
    """The number of the deployment that was requested; None when nothing has changed or nothing serves."""
    viewer = opened.viewer
    wanted = dict(opened.app.scale) | given.scale(typed)
    with services().database.session() as session:
        app = catalogue.change(session, viewer, opened.app, scale=wanted)
        if opened.current is None or app.scale == opened.app.scale:
            return None
        return requests.request(session, viewer, app, trigger="scale", reuses=opened.current.number).number


def _page(opened: Opened, *, typed: dict[str, str] | None = None, problem: Problem | None = None) -> str:
    app, now, sample = opened.app, time.time(), services().sampler.last
    with services().database.session() as session:
        recent = history.of_app(session, app.id, limit=SHOWN_DEPLOYMENTS)
        known = _processes(session, app)
    return app_page(
        "apps/overview.html",
        opened,
        app=app,
        facts=facts(app),
        gauges=gauges.of_app(metrics.of_app(sample, app.id, now) if sample else None),
        processes=process_rows(known, serving_now(app), now),
        typed=typed or {},
        scale_error=problem.message.removeprefix("scale: ") if problem else "",
        recent=rows(recent, now, serving_ids=[app.current_id]),
    )


def _processes(session: Session, app: App) -> tuple[Process, ...]:
    """None of an adopted app, nor where the key of their secrets is lost: the page of its environment tells of that."""
    if app.kind is Kind.ADOPTED:
        return ()
    try:
        return processes.of_app(session, services().vault, app)
    except Invalid:
        return ()
