"""The list of apps, and the log of each."""

from flask import Blueprint, render_template, request, url_for

from paas.accounts.permissions import Action, may
from paas.apps import catalogue
from paas.deployments import history
from paas.web.context import services
from paas.web.identity import actor
from paas.web.pages.opening import app_page, open_app, row_of
from paas.web.shapes.sparklines import sparkline

blueprint = Blueprint("apps", __name__)


@blueprint.get("/apps")
def index() -> str:
    """Every app that one may see, with its state and its newest deployment."""
    viewer = actor()
    with services().database.session() as session:
        apps = catalogue.visible(session, viewer)
        latest = history.latest(session, [app.id for app in apps])
    used = services().recent.cpu_of_apps()
    return render_template(
        "apps/list.html",
        actor=viewer,
        sparklines={app.id: sparkline(used.get(app.id, ()), over="the last hour") for app in apps},
        rows=[row_of(app, latest.get(app.id)) for app in apps],
        may_adopt=may(viewer, Action.ADOPT_CONTAINERS),
        login_url=url_for("session.login", next=request.path),
    )


@blueprint.get("/apps/<name>/logs")
def logs(name: str) -> str:
    """One log of all its processes, old and new containers."""
    viewer = actor()
    with services().database.session() as session:
        opened = open_app(session, viewer, name)
    return app_page("apps/logs.html", opened)
