"""Webhooks: a push deploys. Who asks is known by the app's webhook secret alone. docs/deployments.md shows how to set
them up."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from paas.deployments.hooks import deliveries
from paas.deployments.hooks.pushes import FORGES, Delivery, Nothing
from paas.web import forgery
from paas.web.context import services

blueprint = Blueprint("api_hooks", __name__)
forgery.protect.exempt(blueprint)  # it reads no cookie

MAX_BODY_BYTES = 8 * 1024 * 1024
"""A push of hundreds of commits tells of each of them."""


@blueprint.post(f"/api/v1/hooks/<reference>/<any({', '.join(FORGES)}):forge>")
def take(reference: str, forge: str) -> ResponseReturnValue:
    """202 with the deployment, or 200 with why there is none."""
    request.max_content_length = MAX_BODY_BYTES
    headers = {name.lower(): value for name, value in request.headers.items()}
    delivery = Delivery(headers, request.get_data(cache=False))
    with services().database.session() as session:
        found = deliveries.take(session, services().vault, reference, FORGES[forge], delivery)
    if isinstance(found, Nothing):
        return {"ignored": found.reason}, 200
    services().line.wake()
    return {"id": found.id, "number": found.number, "status": found.status.value, "ref": found.ref}, 202
