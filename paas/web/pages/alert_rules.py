"""The rules: what is watched, made and changed in forms, switched off, silenced and removed."""

import time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may
from paas.alerts import incidents, rulebook, standings
from paas.alerts.rules import FIELDS, About, Kind, Rule, Wanted, app_of_subject
from paas.alerts.states import State
from paas.apps import catalogue
from paas.apps.app import App
from paas.errors import Conflict, Forbidden, Invalid, NotFound
from paas.web import audited
from paas.web.context import services
from paas.web.identity import actor
from paas.web.pages.alert_form import (
    APP,
    APPS,
    HOURS,
    KINDS,
    MACHINE,
    OF_BOTH,
    OF_MACHINE_ALONE,
    RuleForm,
    until,
)
from paas.web.problems import STATUS
from paas.web.shapes.alert_rows import about, rule_row, says

blueprint = Blueprint("alert_rules", __name__)


@blueprint.get("/alerts/rules")
def index() -> str:
    viewer, now = actor(), time.time()
    with services().database.session() as session:
        found = rulebook.visible(session, viewer)
        names = _names(session, viewer)
        states = states_now(session, viewer)
        rows = [
            rule_row(each, names, states, now, may_change=rulebook.may_change(session, viewer, each)) for each in found
        ]
        may_make = bool(_places(session, viewer, Kind.METRIC))
    return render_template("alerts/rules.html", actor=viewer, rows=rows, may_make=may_make)


@blueprint.get("/alerts/rules/new")
def new() -> ResponseReturnValue:
    """First of which kind, then its fields."""
    viewer, chosen = actor(), request.args.get("kind", "")
    if chosen not in tuple(Kind):
        return render_template("alerts/kinds.html", actor=viewer, kinds=KINDS, app=request.args.get("app", ""))
    form = RuleForm(data=_start(Kind(chosen), request.args.get("app", "")))
    return _new_page(viewer, Kind(chosen), form)


@blueprint.post("/alerts/rules/new")
def create() -> ResponseReturnValue:
    viewer, chosen = actor(), request.form.get("kind", "")
    if chosen not in tuple(Kind):
        raise Invalid(f"kind must be one of {', '.join(Kind)}.")
    kind, form = Kind(chosen), RuleForm()
    try:
        fields = form.fields_of(kind)
        with services().database.session() as session:
            place = _place(session, viewer, form.about.data or "")
            made = rulebook.create(session, viewer, Wanted(**{"name": "", "kind": kind} | fields | place))
    except (Invalid, Conflict, Forbidden) as problem:
        audited.failed(problem)
        form.refuse(problem)
        return _new_page(viewer, kind, form), STATUS[problem.kind]
    return _said(f"{made.name} is watched from now on.")


@blueprint.get("/alerts/rules/<int:rule_id>")
def show(rule_id: int) -> str:
    viewer = actor()
    with services().database.session() as session:
        rule = rulebook.find(session, viewer, rule_id)
    return _page(viewer, rule, RuleForm.of(rule))


@blueprint.post("/alerts/rules/<int:rule_id>")
def change(rule_id: int) -> ResponseReturnValue:
    viewer, form = actor(), RuleForm()
    with services().database.session() as session:
        rule = rulebook.find(session, viewer, rule_id)
    try:
        fields = form.fields_of(rule.kind)
        with services().database.session() as session:
            changed = rulebook.change(session, viewer, rule, **{"name": ""} | fields)
    except (Invalid, Forbidden) as problem:
        audited.failed(problem)
        form.refuse(problem)
        return _page(viewer, rule, form), STATUS[problem.kind]
    return _said(f"{changed.name} is changed. What it had found begins anew.")


@blueprint.post("/alerts/rules/<int:rule_id>/switch")
def switch(rule_id: int) -> ResponseReturnValue:
    viewer, is_on = actor(), request.form.get("to") == "on"
    with services().database.session() as session:
        rule = rulebook.find(session, viewer, rule_id)
        rulebook.change(session, viewer, rule, is_on=is_on)
    return _said(f"{rule.name} is {'on' if is_on else 'off'}.")


@blueprint.post("/alerts/rules/<int:rule_id>/silence")
def silence(rule_id: int) -> ResponseReturnValue:
    """For some hours, until a moment, or not any more."""
    viewer = actor()
    with services().database.session() as session:
        rule = rulebook.find(session, viewer, rule_id)
    try:
        end = until(request.form.get("for", ""), request.form.get("until", ""))
        with services().database.session() as session:
            changed = rulebook.silence(session, viewer, rule, end)
    except Invalid as problem:
        audited.failed(problem)
        return _page(viewer, rule, RuleForm.of(rule), silence_error=problem.message), STATUS[problem.kind]
    return _said(f"{rule.name} is {'silent' if changed.silent_until else 'told again'}.")


@blueprint.post("/alerts/rules/<int:rule_id>/remove")
def remove(rule_id: int) -> ResponseReturnValue:
    viewer = actor()
    with services().database.session() as session:
        rule = rulebook.find(session, viewer, rule_id)
        rulebook.remove(session, viewer, rule)
    return _said(f"{rule.name} is removed. Its alerts stay in the history.")


def states_now(session: Session, viewer: Actor, app: App | None = None) -> dict[int, str]:
    """Of the rules by which something fires, or is about to, of what this person may see, or of this app."""
    found = incidents.visible(session, viewer, app=app, is_open=True, limit=200)
    pending = [each for each in standings.visible(session, viewer) if each.state is State.PENDING]
    if app is not None:
        pending = [each for each in pending if app_of_subject(each.subject) == app.id]
    return {each.rule_id: "pending" for each in pending} | {
        each.rule_id: "firing" for each in found if each.rule_id is not None
    }


def _said(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("alert_rules.index"), 303)


def _new_page(viewer: Actor, kind: Kind, form: RuleForm) -> str:
    with services().database.session() as session:
        form.prepare(kind, _places(session, viewer, kind))
    return render_template(
        "alerts/new_rule.html", actor=viewer, form=form, kind=kind, words=KINDS[kind], fields=FIELDS[kind]
    )


def _page(viewer: Actor, rule: Rule, form: RuleForm, *, silence_error: str = "") -> str:
    form.prepare(rule.kind, ())
    now = time.time()
    with services().database.session() as session:
        names = _names(session, viewer)
        row = rule_row(
            rule, names, states_now(session, viewer), now, may_change=rulebook.may_change(session, viewer, rule)
        )
    return render_template(
        "alerts/rule.html",
        actor=viewer,
        form=form,
        row=row,
        kind=rule.kind,
        says=says(rule),
        about=about(rule, names),
        fields=FIELDS[rule.kind],
        hours=HOURS,
        silence_error=silence_error,
    )


def _start(kind: Kind, app_name: str) -> dict[str, Any]:
    """What stands in the fields at first."""
    fresh = Wanted("", kind)
    return {
        "name": KINDS[kind][0] if kind is not Kind.METRIC else "",
        "about": f"{APP}{app_name}" if app_name else "",
        "minutes": f"{fresh.minutes:g}",
        "times": "5" if kind is Kind.RESTART_LOOP else "1",
        "hours": f"{fresh.hours:g}",
        "cooldown_minutes": f"{fresh.cooldown_minutes:g}",
    }


def _places(session: Session, viewer: Actor, kind: Kind) -> list[tuple[str, str]]:
    """What a rule of this kind may be about, of what this person may have watched."""
    apps = [app for app in catalogue.visible(session, viewer) if may(viewer, Action.MANAGE_APP, app)]
    of_apps = [] if kind in OF_MACHINE_ALONE else [(f"{APP}{app.name}", app.name) for app in apps]
    if not may(viewer, Action.MANAGE_ALERTS):
        return of_apps
    machine = [(MACHINE, "The machine")] if kind in OF_BOTH else []
    every = [] if kind in OF_MACHINE_ALONE else [(APPS, "Every app")]
    return [*every, *machine, *of_apps]


def _place(session: Session, viewer: Actor, chosen: str) -> dict[str, Any]:
    if chosen in (MACHINE, APPS):
        return {"about": About(chosen)}
    try:
        app: App = catalogue.find(session, viewer, chosen.removeprefix(APP))
    except NotFound as problem:
        raise Invalid("Choose what is watched.", field="about") from problem
    return {"about": About.APP, "app_id": app.id}


def _names(session: Session, viewer: Actor) -> dict[int, str]:
    return {app.id: app.name for app in catalogue.visible(session, viewer)}
