"""Alerts over REST: what fires and what did, the rules behind it. docs/alerts.md shows the calls."""

import time
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.accounts.permissions import Actor
from paas.alerts import given, incidents, rulebook
from paas.alerts.rules import About, Rule, Wanted
from paas.apps import catalogue
from paas.errors import Invalid, NotFound
from paas.web import asked, body, identity, paging
from paas.web.context import services
from paas.web.shapes.alerts import incident_shape, rule_shape
from paas.web.times import iso

blueprint = Blueprint("api_alerts", __name__)

ALERTS, RULES = "/api/v1/alerts", "/api/v1/alerts/rules"
RULE = f"{RULES}/<int:rule_id>"
APP_SILENCE = "/api/v1/apps/<reference>/alerts/silence"
MOST = 200


@blueprint.get(ALERTS)
def index() -> ResponseReturnValue:
    """What fires and what did, the newest first, as far as you may see it; ``next`` is the ``before`` of the page
    after."""
    who, limit = identity.actor(), paging.limit(50, MOST)
    rule_id = asked.whole("rule", 0) or None
    state, before = asked.choice("state", "any", "firing", "recovered"), asked.whole("before", 0) or None
    with services().database.session() as session:
        app = catalogue.find(session, who, asked.text("app")) if asked.text("app") else None
        is_open = None if state == "any" else state == "firing"
        found = incidents.visible(
            session, who, app=app, is_open=is_open, rule_id=rule_id, before=before, limit=limit + 1
        )
        names = _names(session, who)
    shown = found[:limit]
    return {
        "alerts": [incident_shape(each, names.get(each.app_id)) for each in shown],
        "next": shown[-1].id if shown and len(found) > limit else None,
    }


@blueprint.get(f"{ALERTS}/<int:incident_id>")
def show(incident_id: int) -> ResponseReturnValue:
    """One alert."""
    who = identity.actor()
    with services().database.session() as session:
        found = incidents.find(session, who, incident_id)
        return incident_shape(found, _names(session, who).get(found.app_id))


@blueprint.get(RULES)
def rules() -> ResponseReturnValue:
    """The rules that you may see, by name; with ``app`` those that watch this app."""
    who = identity.actor()
    with services().database.session() as session:
        app = catalogue.find(session, who, asked.text("app")) if asked.text("app") else None
        names = _names(session, who)
        return {"rules": [rule_shape(each, names.get(each.app_id)) for each in rulebook.visible(session, who, app)]}


@blueprint.post(RULES)
def create() -> ResponseReturnValue:
    """``{"name", "kind"}`` and what this kind uses, of an ``app`` or about ``machine`` or ``apps`` -> 201."""
    who, document = identity.actor(), body.document()
    reference = body.text(document, "app") or ""
    fields = given.fields({name: value for name, value in document.items() if name != "app"})
    if "kind" not in fields:
        raise Invalid("kind is missing.", field="kind")
    with services().database.session() as session:
        if reference:
            fields |= {"about": About.APP, "app_id": _app_id(session, who, reference)}
        made = rulebook.create(session, who, Wanted(**{"name": ""} | fields))
        return _shape(session, who, made), 201


@blueprint.get(RULE)
def rule(rule_id: int) -> ResponseReturnValue:
    """The rule of this id."""
    who = identity.actor()
    with services().database.session() as session:
        return _shape(session, who, rulebook.find(session, who, rule_id))


@blueprint.patch(RULE)
def change(rule_id: int) -> ResponseReturnValue:
    """Changes what is given; what the rule has found so far begins anew."""
    who, document = identity.actor(), body.document()
    fields = given.fields(document)
    with services().database.session() as session:
        found = rulebook.find(session, who, rule_id)
        return _shape(session, who, rulebook.change(session, who, found, **fields))


@blueprint.delete(RULE)
def remove(rule_id: int) -> ResponseReturnValue:
    """It watches no more; its alerts stay in the history."""
    who = identity.actor()
    with services().database.session() as session:
        rulebook.remove(session, who, rulebook.find(session, who, rule_id))
    return "", 204


@blueprint.put(f"{RULE}/silence")
def silence(rule_id: int) -> ResponseReturnValue:
    """``{"hours": 8}``: nobody is told of what it finds until then; 0 ends the silence."""
    who, document = identity.actor(), body.document()
    body.refuse_others(document, "hours")
    hours = given.number("hours", document.get("hours"))
    with services().database.session() as session:
        found = rulebook.find(session, who, rule_id)
        until = time.time() + hours * 3600 if hours > 0 else None
        return _shape(session, who, rulebook.silence(session, who, found, until))


@blueprint.get(APP_SILENCE)
def silence_of_app(reference: str) -> ResponseReturnValue:
    """``{"silent_until"}``: until when nobody is told of this app; null when people are."""
    who = identity.actor()
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
        return _silence(rulebook.silence_of(session, who, app))


@blueprint.put(APP_SILENCE)
def silence_app(reference: str) -> ResponseReturnValue:
    """``{"hours": 8}``: nobody is told of this app until then, whatever rule finds it; 0 ends the silence."""
    who, document = identity.actor(), body.document()
    body.refuse_others(document, "hours")
    hours = given.number("hours", document.get("hours"))
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
        until = time.time() + hours * 3600 if hours > 0 else None
        return _silence(rulebook.silence_app(session, who, app, until))


def _silence(until: float | None) -> dict[str, Any]:
    return {"silent_until": None if until is None else iso(until)}


def _app_id(session: Session, who: Actor, reference: str) -> int:
    try:
        return catalogue.find(session, who, reference).id
    except NotFound as problem:
        raise Invalid(problem.message, field="app") from problem


def _shape(session: Session, who: Actor, found: Rule) -> dict[str, Any]:
    return rule_shape(found, _names(session, who).get(found.app_id))


def _names(session: Session, who: Actor) -> dict[int | None, str]:
    return {app.id: app.name for app in catalogue.visible(session, who)}
