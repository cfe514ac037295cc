"""Who may use an app, over REST: what members were given of it. docs/accounts.md shows the calls."""

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts import grants
from paas.accounts.grants import Given
from paas.apps import catalogue
from paas.web import body
from paas.web.context import services
from paas.web.identity import actor
from paas.web.times import iso

blueprint = Blueprint("api_grants", __name__)

ADDRESS = "/api/v1/apps/<reference>/grants"


@blueprint.get(ADDRESS)
def index(reference: str) -> ResponseReturnValue:
    """Everybody who was given this app, by name."""
    who = actor()
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
        return {"grants": [_shape(each) for each in grants.of_app(session, who, app)]}


@blueprint.put(f"{ADDRESS}/<username>")
def give(reference: str, username: str) -> ResponseReturnValue:
    """``{"grant": "view"}``, ``"deploy"`` or ``"manage"``, instead of what this member had."""
    who, document = actor(), body.document()
    body.refuse_others(document, "grant")
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
        return _shape(grants.give(session, who, app, username, body.text(document, "grant") or ""))


@blueprint.delete(f"{ADDRESS}/<username>")
def withdraw(reference: str, username: str) -> ResponseReturnValue:
    """Takes the app away from this member; what they watch of it ends within a second."""
    who = actor()
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
        grants.withdraw(session, who, app, username)
    return "", 204


def _shape(given: Given) -> dict[str, Any]:
    return {"username": given.username, "grant": given.level.value, "given_at": iso(given.given_at)}
