"""The end of an app. Its name must be typed, and its volumes stay unless a box is ticked."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action
from paas.deployments.upkeep import removal
from paas.errors import Conflict, Invalid
from paas.web.context import services
from paas.web.pages.opening import app_page, open_to
from paas.web.problems import STATUS

blueprint = Blueprint("removing", __name__)


@blueprint.get("/apps/<name>/delete")
def index(name: str) -> str:
    """What will go, what stays, and the field for the name."""
    opened = open_to(Action.MANAGE_APP, name)
    return app_page("apps/delete.html", opened, app=opened.app, typed="", error="")


@blueprint.post("/apps/<name>/delete")
def delete(name: str) -> ResponseReturnValue:
    """Answered when its containers have stopped and all is gone."""
    opened, typed = open_to(Action.MANAGE_APP, name), request.form.get("name", "").strip()
    try:
        removal.remove(
            services().database,
            services().engine,
            services().journals,
            actor=opened.viewer,
            app=opened.app,
            name=typed,
            with_volumes="volumes" in request.form,
        )
    except (Invalid, Conflict) as problem:
        page = app_page("apps/delete.html", opened, app=opened.app, typed=typed, error=problem.message)
        return page, STATUS[problem.kind]
    services().masks.forget(opened.app.id)
    flash(f"{opened.app.name} was deleted.")
    return redirect(url_for("apps.index"), 303)
