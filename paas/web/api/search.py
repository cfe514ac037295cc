"""What can be jumped to, as the command palette asks for it at every key."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.web import asked, finding
from paas.web.identity import actor

blueprint = Blueprint("api_search", __name__)


@blueprint.get("/api/v1/search")
def index() -> ResponseReturnValue:
    """Apps, containers, recent deployments and pages that one may see, with all words of ``q``; the best first."""
    return {"results": finding.find(actor(), asked.text("q"))}
