"""What fires now and what did: the alerts, each with the notices that went out about it."""

import time
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from paas.accounts.permissions import Actor
from paas.alerts import incidents, notices, rulebook
from paas.alerts.incidents import Incident
from paas.alerts.rules import Rule
from paas.apps import catalogue
from paas.apps.app import App
from paas.errors import NotFound
from paas.web import asked
from paas.web.context import services
from paas.web.identity import actor
from paas.web.shapes.alert_rows import AlertRow, alert_row, notice_row

blueprint = Blueprint("alerts", __name__)

SHOWN, MOST_FIRING = 50, 200


@dataclass(frozen=True)
class Chosen:
    """Which alerts are asked for; ``before`` is the id of the last one of the page before."""

    app: App | None = None
    rule: Rule | None = None
    before: int | None = None

    @property
    def query(self) -> dict[str, Any]:
        """The same in an address, without the page."""
        found = {"app": self.app and self.app.name, "rule": self.rule and self.rule.id}
        return {name: value for name, value in found.items() if value}


@blueprint.get("/alerts")
def index() -> str:
    """What fires on top, below it what is over, fifty a page, of one app or by one rule where asked for."""
    viewer, name, rule_id = actor(), request.args.get("app", "").strip(), request.args.get("rule", "").strip()
    before = asked.whole("before", 0) or None
    with services().database.session() as session:
        apps, rules = catalogue.visible(session, viewer), rulebook.visible(session, viewer)
        app = next((each for each in apps if each.name == name), None)
        chosen = Chosen(app, next((each for each in rules if str(each.id) == rule_id), None), before)
        firing, over = lists(session, viewer, chosen)
    names = {each.id: each.name for each in apps}
    older = url_for("alerts.index", before=over[SHOWN - 1].id, **chosen.query) if len(over) > SHOWN else ""
    return render_template(
        "alerts/alerts.html",
        actor=viewer,
        firing=rows(firing, names),
        over=rows(over[:SHOWN], names),
        apps=sorted(names.values()),
        rules=rules,
        chosen=chosen,
        older=older,
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


def lists(session: Session, viewer: Actor, chosen: Chosen) -> tuple[list[Incident], list[Incident]]:
    """What fires, on the first page, and what is over: one more than a page, where there is more."""
    wanted: dict[str, Any] = {"app": chosen.app, "rule_id": chosen.rule.id if chosen.rule is not None else None}
    over = incidents.visible(session, viewer, is_open=False, before=chosen.before, limit=SHOWN + 1, **wanted)
    if chosen.before is not None:
        return [], over
    return incidents.visible(session, viewer, is_open=True, limit=MOST_FIRING, **wanted), over


def rows(found: list[Incident], names: dict[int, str]) -> list[AlertRow]:
    now = time.time()
    return [alert_row(each, names, now) for each in found]


def _has_rule(session: Session, viewer: Actor, rule_id: int) -> bool:
    try:
        rulebook.find(session, viewer, rule_id)
    except NotFound:
        return False
    return True


def _names(session: Session, viewer: Actor) -> dict[int, str]:
    return {app.id: app.name for app in catalogue.visible(session, viewer)}
