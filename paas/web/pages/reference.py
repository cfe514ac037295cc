"""What can be asked over REST, for people to read."""

from flask import Blueprint, current_app, render_template

from paas.web import openapi
from paas.web.identity import actor
from paas.web.shapes.reference import groups

blueprint = Blueprint("reference", __name__)


@blueprint.get("/reference")
def index() -> str:
    return render_template("reference/index.html", actor=actor(), groups=groups(openapi.document(current_app)))
