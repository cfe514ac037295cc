"""The description of REST for programs; ``/reference`` shows the same to people."""

import orjson
from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from paas.web import openapi

blueprint = Blueprint("api_openapi", __name__)


@blueprint.get("/api/v1/openapi.json")
def show() -> ResponseReturnValue:
    """This document. It tells what the source tells everybody, so nobody needs to be signed in."""
    response = Response(orjson.dumps(openapi.document(current_app)), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response
