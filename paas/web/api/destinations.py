"""Where notices of alerts go, over REST. docs/alerts.md shows the calls."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, require
from paas.alerts import destinations, notices
from paas.alerts.destinations import Destination, Wanted
from paas.apps import catalogue
from paas.errors import Invalid, NotFound
from paas.web import asked, body, checking, identity, paging
from paas.web.context import services
from paas.web.shapes.alerts import destination_shape, notice_shape

blueprint = Blueprint("api_destinations", __name__)

ADDRESS = "/api/v1/alerts/destinations"
ONE = f"{ADDRESS}/<int:destination_id>"
FIELDS = ("name", "url", "app", "rules", "enabled")


@blueprint.get(ADDRESS)
def index() -> ResponseReturnValue:
    """Yours by name; those of everybody for admins. Their addresses are not shown."""
    who = _who()
    with services().database.session() as session:
        found = destinations.visible(session, who)
        waiting = notices.waiting(session, [each.id for each in found])
    return {"destinations": [destination_shape(each, waiting.get(each.id, 0)) for each in found]}


@blueprint.post(ADDRESS)
def create() -> ResponseReturnValue:
    """``{"name", "url"}`` with Apprise's URL, and optionally ``app``, ``rules`` (ids; none: all) -> 201."""
    who, document = _who(), body.document()
    body.refuse_others(document, *FIELDS[:-1])
    url = body.text(document, "url") or ""
    checking.begin(who)
    with services().database.session() as session:
        app_id = _app_id(session, who, document)
    wanted = Wanted(body.text(document, "name") or "", url, app_id, _rules(document))
    return destination_shape(destinations.create(services().notifier.post, who, wanted), 0), 201


@blueprint.get(ONE)
def show(destination_id: int) -> ResponseReturnValue:
    """The destination, without its address."""
    who = _who()
    with services().database.session() as session:
        return _shape(session, destinations.find(session, who, destination_id))


@blueprint.patch(ONE)
def change(destination_id: int) -> ResponseReturnValue:
    """Some of ``name``, ``url``, ``app``, ``rules``, ``enabled``."""
    who, document = _who(), body.document()
    body.refuse_others(document, *FIELDS)
    changes: dict[str, Any] = {
        name: body.text(document, name) for name in ("name", "url") if document.get(name) is not None
    }
    if "rules" in document:
        changes["rule_ids"] = _rules(document)
    if "enabled" in document:
        changes["is_on"] = _flag(document["enabled"])
    if "url" in changes:
        checking.begin(who)
    with services().database.session() as session:
        destinations.find(session, who, destination_id)
        if "app" in document:
            changes["app_id"] = _app_id(session, who, document)
    destinations.change(services().notifier.post, who, destination_id, **changes)
    services().notifier.wake()
    return show(destination_id)


@blueprint.delete(ONE)
def remove(destination_id: int) -> ResponseReturnValue:
    """It goes with what waits for it."""
    who = _who()
    with services().database.session() as session:
        destinations.remove(session, who, destination_id)
    return "", 204


@blueprint.post(f"{ONE}/test")
def test(destination_id: int) -> ResponseReturnValue:
    """Sends a notice that says it is a test, and answers with what became of it: ``{"sent", "reason"}``."""
    who = _who()
    checking.begin(who)
    outcome = services().notifier.test(who, destination_id)
    return {"sent": outcome.is_sent, "reason": outcome.reason}


@blueprint.get(f"{ONE}/notices")
def sent(destination_id: int) -> ResponseReturnValue:
    """What waits for it and what went, the newest first; what was given up with its reason. ``next`` is the ``before``
    of the page after."""
    who, limit, before = _who(), paging.limit(50), asked.whole("before", 0) or None
    with services().database.session() as session:
        found = notices.of_destination(session, who, destination_id, before=before, limit=limit + 1)
    shown = found[:limit]
    return {"notices": [notice_shape(each) for each in shown], "next": shown[-1].id if len(found) > limit else None}


def _who() -> Actor:
    who = identity.actor()
    require(who, Action.MANAGE_DESTINATIONS)
    return who


def _shape(session: Session, found: Destination) -> dict[str, Any]:
    return destination_shape(found, notices.waiting(session, [found.id]).get(found.id, 0))


def _app_id(session: Session, who: Actor, document: dict[str, Any]) -> int | None:
    reference = body.text(document, "app")
    try:
        return catalogue.find(session, who, reference).id if reference else None
    except NotFound as problem:
        raise Invalid(problem.message, field="app") from problem


def _rules(document: dict[str, Any]) -> tuple[int, ...]:
    given = document.get("rules") or []
    if not isinstance(given, list) or not all(type(each) is int for each in given):
        raise Invalid("rules must be a list of ids of rules; an empty one means all.", field="rules")
    return tuple(given)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Invalid("enabled must be true or false.", field="enabled")
    return value
