"""The figures for Prometheus. docs/monitoring.md shows how it is told to fetch them."""

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, require
from paas.apps import catalogue
from paas.deployments import history
from paas.web import presence
from paas.web.context import services
from paas.web.identity import actor
from paas.web.shapes.exposition import Told, text

blueprint = Blueprint("api_prometheus", __name__)


@blueprint.get("/metrics")
def show() -> ResponseReturnValue:
    """Of all apps at once, so it is for those who may see every container."""
    who = actor()
    require(who, Action.SEE_CONTAINERS)
    with services().database.session() as session:
        names = {app.id: app.name for app in catalogue.visible(session, who)}
        deployments = history.counts(session)
    told = Told(
        snapshot=services().sampler.last,
        names=names,
        is_engine_up=services().engine.health.ok,
        deployments=deployments,
        viewers=presence.viewers(current_app),
    )
    body, content_type = text(told, request.headers.get("Accept", ""))
    return Response(body, content_type=content_type)
