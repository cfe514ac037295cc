"""The address without a path: to the page where this person begins."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, may
from paas.web.identity import actor

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """The containers, for those who may see them."""
    return redirect(url_for("containers.index" if may(actor(), Action.SEE_CONTAINERS) else "account.index"))
