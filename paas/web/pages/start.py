"""The address without a path: to the page where everybody begins."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from paas.web.identity import actor

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The apps, of which everybody sees their own."""
    actor()
    return redirect(url_for("apps.index"))
