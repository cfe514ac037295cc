"""Where notices go: destinations, made and changed in forms, tested, switched off and removed."""

import time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may, require
from paas.alerts import destinations, notices, rulebook
from paas.alerts.destinations import Destination, Wanted
from paas.apps import catalogue
from paas.errors import Conflict, Invalid, NotFound, Problem, TooMany
from paas.web import audited, checking, identity
from paas.web.context import services
from paas.web.pages.alert_form import DestinationForm
from paas.web.problems import STATUS
from paas.web.shapes.alert_rows import destination_row, notice_row

blueprint = Blueprint("alert_destinations", __name__)

SHOWN_NOTICES = 50
EXAMPLES = (
    ("Mail", "mailtos://user:password@example.org?to=ops@example.org"),
    ("Slack", "slack://TokenA/TokenB/TokenC/#ops"),
    ("Discord", "discord://webhook_id/webhook_token"),
    ("Telegram", "tgram://bot_token/chat_id"),
    ("ntfy", "ntfys://ntfy.sh/topic"),
    ("Webhook", "jsons://example.org/hook"),
)


@blueprint.get("/alerts/destinations")
def index() -> str:
    viewer, now = _viewer(), time.time()
    with services().database.session() as session:
        found = destinations.visible(session, viewer)
        waiting = notices.waiting(session, [each.id for each in found])
    return render_template(
        "alerts/destinations.html",
        actor=viewer,
        rows=[destination_row(each, waiting.get(each.id, 0), now) for each in found],
        shows_owners=may(viewer, Action.MANAGE_ALERTS),
    )


@blueprint.get("/alerts/destinations/new")
def new() -> str:
    return _new_page(_viewer(), DestinationForm(data={"app": request.args.get("app", "")}))


@blueprint.post("/alerts/destinations/new")
def create() -> ResponseReturnValue:
    viewer, form = _viewer(), DestinationForm()
    try:
        checking.begin(viewer)
        with services().database.session() as session:
            app_id = _app_id(session, viewer, form)
        wanted = Wanted(form.name.data or "", (form.url.data or "").strip(), app_id, form.rule_ids())
        made = destinations.create(services().notifier.post, viewer, wanted)
    except (Invalid, Conflict, TooMany) as problem:
        audited.failed(problem)
        form.refuse(problem)
        return _new_page(viewer, form), STATUS[problem.kind]
    flash(f"{made.name} is kept. Send a test to see whether notices arrive.")
    return redirect(url_for("alert_destinations.show", destination_id=made.id), 303)


@blueprint.get("/alerts/destinations/<int:destination_id>")
def show(destination_id: int) -> str:
    viewer = _viewer()
    found = _find(viewer, destination_id)
    form = DestinationForm(
        data={"name": found.name, "app": found.app_name, "rules": [str(each) for each in found.rule_ids]}
    )
    return _page(viewer, found, form)


@blueprint.post("/alerts/destinations/<int:destination_id>")
def change(destination_id: int) -> ResponseReturnValue:
    """An empty address leaves it as it is."""
    viewer, form = _viewer(), DestinationForm()
    found, url = _find(viewer, destination_id), (form.url.data or "").strip()
    try:
        if url:
            checking.begin(viewer)
        with services().database.session() as session:
            changes: dict[str, Any] = {"name": form.name.data or "", "app_id": _app_id(session, viewer, form, found)}
        changes |= {"rule_ids": form.rule_ids()} | ({"url": url} if url else {})
        destinations.change(services().notifier.post, viewer, destination_id, **changes)
    except (Invalid, TooMany) as problem:
        audited.failed(problem)
        form.refuse(problem)
        return _page(viewer, found, form), STATUS[problem.kind]
    services().notifier.wake()
    return _said(destination_id, "The destination is changed.")


@blueprint.post("/alerts/destinations/<int:destination_id>/test")
def test(destination_id: int) -> ResponseReturnValue:
    """Send a notice that says it is a test, and say what became of it."""
    viewer = _viewer()
    found = _find(viewer, destination_id)
    try:
        checking.begin(viewer)
        outcome = services().notifier.test(viewer, destination_id)
    except TooMany as problem:
        return _failed(destination_id, problem)
    if outcome.is_sent:
        return _said(destination_id, f"{found.service} took the test notice. Look whether it has arrived.")
    return _said(destination_id, f"The test notice could not be sent. {outcome.reason}")


@blueprint.post("/alerts/destinations/<int:destination_id>/switch")
def switch(destination_id: int) -> ResponseReturnValue:
    viewer, is_on = _viewer(), request.form.get("to") == "on"
    changed = destinations.change(services().notifier.post, viewer, destination_id, is_on=is_on)
    services().notifier.wake()
    return _said(destination_id, f"{changed.name} is {'on' if is_on else 'off'}.")


@blueprint.post("/alerts/destinations/<int:destination_id>/remove")
def remove(destination_id: int) -> ResponseReturnValue:
    viewer = _viewer()
    with services().database.session() as session:
        found = destinations.remove(session, viewer, destination_id)
    flash(f"{found.name} is removed. Nothing is sent there any more.")
    return redirect(url_for("alert_destinations.index"), 303)


def _viewer() -> Actor:
    viewer = identity.actor()
    require(viewer, Action.MANAGE_DESTINATIONS)
    return viewer


def _find(viewer: Actor, destination_id: int) -> Destination:
    with services().database.session() as session:
        return destinations.find(session, viewer, destination_id)


def _said(destination_id: int, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("alert_destinations.show", destination_id=destination_id), 303)


def _failed(destination_id: int, problem: Problem) -> ResponseReturnValue:
    audited.failed(problem)
    return _said(destination_id, problem.message)


def _app_id(session: Session, viewer: Actor, form: DestinationForm, found: Destination | None = None) -> int | None:
    """What it has already is left as it is: an admin may change the destination of a member."""
    name = form.app.data or ""
    if found is not None and name == found.app_name:
        return found.app_id
    try:
        return catalogue.find(session, viewer, name).id if name else None
    except NotFound as problem:
        raise Invalid(problem.message, field="app") from problem


def _new_page(viewer: Actor, form: DestinationForm) -> str:
    _prepare(viewer, form)
    return render_template("alerts/new_destination.html", actor=viewer, form=form, examples=EXAMPLES)


def _page(viewer: Actor, found: Destination, form: DestinationForm) -> str:
    _prepare(viewer, form)
    now = time.time()
    with services().database.session() as session:
        sent = notices.of_destination(session, viewer, found.id, limit=SHOWN_NOTICES)
        waiting = notices.waiting(session, [found.id])
    return render_template(
        "alerts/destination.html",
        actor=viewer,
        form=form,
        row=destination_row(found, waiting.get(found.id, 0), now),
        notices=[notice_row(each, now) for each in sent],
        examples=EXAMPLES,
    )


def _prepare(viewer: Actor, form: DestinationForm) -> None:
    with services().database.session() as session:
        apps = [app.name for app in catalogue.visible(session, viewer)]
        form.prepare(sorted(apps), rulebook.visible(session, viewer))
