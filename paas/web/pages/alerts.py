"""What fires now and what did: the alerts, each with the notices that went out about it."""

import time
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may
from paas.alerts import incidents, notices, rulebook
from paas.alerts.incidents import Incident
from paas.apps import catalogue
from paas.apps.app import App
from paas.errors import NotFound
from paas.web import asked
from paas.web.context import services
from paas.web.identity import actor
from paas.web.shapes.alert_rows import AlertRow, alert_row, notice_row

blueprint = Blueprint("alerts", __name__)

SHOWN, MOST_FIRING = 50, 200


@blueprint.get("/alerts")
def index() -> str:
    """What fires on top, below it what is over, fifty a page, of one app or of all."""
    viewer, before = actor(), asked.whole("before", 0) or None
    chosen = request.args.get("app", "").strip()
    with services().database.session() as session:
        apps = catalogue.visible(session, viewer)
        app = next((each for each in apps if each.name == chosen), None)
        firing, over = lists(session, viewer, app, before)
        has_rules = bool(rulebook.visible(session, viewer))
    names = {each.id: each.name for each in apps}
    return render_template(
        "alerts/alerts.html",
        actor=viewer,
        firing=rows(firing, names),
        over=rows(over[:SHOWN], names),
        apps=sorted(names.values()),
        chosen=chosen if app is not None else "",
        has_rules=has_rules,
        is_first=before is None,
        older=_older(over, app),
        may_manage=may(viewer, Action.MANAGE_ALERTS),
    )


@blueprint.get("/alerts/incidents/<int:incident_id>")
def show(incident_id: int) -> str:
    """One alert: what, where, since when, and who was told."""
    viewer, now = actor(), time.time()
    with services().database.session() as session:
        found = incidents.find(session, viewer, incident_id)
        told = notices.of_incident(session, viewer, incident_id)
        names = _names(session, viewer)
        has_rule = found.rule_id is not None and _has_rule(session, viewer, found.rule_id)
    app_name = names.get(found.app_id or 0)
    return render_template(
        "alerts/alert.html",
        actor=viewer,
        row=alert_row(found, names, now),
        rule_url=url_for("alert_rules.show", rule_id=found.rule_id) if has_rule else "",
        log_url=url_for("apps.logs", name=app_name, time=int(found.began_at * 1000)) if app_name else "",
        notices=[(notice_row(each, now), name) for each, name in told],
    )


def lists(
    session: Session, viewer: Actor, app: App | None, before: int | None
) -> tuple[list[Incident], list[Incident]]:
    """What fires, and what is over: one more than a page, where there is more."""
    firing = incidents.visible(session, viewer, app=app, is_open=True, limit=MOST_FIRING) if before is None else []
    over = incidents.visible(session, viewer, app=app, is_open=False, before=before, limit=SHOWN + 1)
    return firing, over


def rows(found: list[Incident], names: dict[int, str]) -> list[AlertRow]:
    now = time.time()
    return [alert_row(each, names, now) for each in found]


def _older(over: list[Incident], app: App | None) -> str:
    more: dict[str, Any] = {"app": app.name} if app is not None else {}
    return url_for("alerts.index", before=over[SHOWN - 1].id, **more) if len(over) > SHOWN else ""


def _has_rule(session: Session, viewer: Actor, rule_id: int) -> bool:
    try:
        rulebook.find(session, viewer, rule_id)
    except NotFound:
        return False
    return True


def _names(session: Session, viewer: Actor) -> dict[int, str]:
    return {app.id: app.name for app in catalogue.visible(session, viewer)}
