"""Making an app of a container, or of a compose service, that runs already. The engine is not touched."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, require
from paas.apps import adoption
from paas.web.context import services
from paas.web.identity import actor

blueprint = Blueprint("adopting", __name__)


@blueprint.post("/containers/adopt")
def adopt() -> ResponseReturnValue:
    """``container`` is a name or an id; on to the new app's page."""
    viewer = actor()
    require(viewer, Action.ADOPT_CONTAINERS)
    container = services().engine.inventory.find(request.form.get("container", ""))
    with services().database.session() as session:
        app = adoption.adopt(session, viewer, container, request.form.get("name", "").strip())
    flash(f"{container.name} is the app {app.name} now. Nothing was changed about it.")
    return redirect(url_for("overview.index", name=app.name), 303)
