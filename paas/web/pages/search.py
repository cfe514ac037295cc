"""The command palette as a page of its own, for a browser without scripts."""

from flask import Blueprint, render_template, request

from paas.web import finding
from paas.web.identity import actor

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def index() -> str:
    viewer, words = actor(), request.args.get("q", "")
    return render_template("search/search.html", actor=viewer, words=words, results=finding.find(viewer, words))
