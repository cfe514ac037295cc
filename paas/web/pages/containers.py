"""The list of containers and the page of one container's log; where the engine is silent, they say so in words."""

from time import time

from flask import Blueprint, render_template, request, url_for

from paas.accounts.permissions import Action, may, require
from paas.apps import adoption
from paas.engine.containers import Container
from paas.errors import Unavailable
from paas.web.context import services
from paas.web.identity import actor
from paas.web.shapes.containers import AppsOfContainers, Row, listing, row

blueprint = Blueprint("containers", __name__)

NEWEST_LINES = 500


@blueprint.get("/containers")
def index() -> str:
    """The last known list; when the engine does not answer now, or never did, the page says so beside it."""
    viewer = actor()
    require(viewer, Action.SEE_CONTAINERS)
    engine = services().engine
    try:
        containers = engine.inventory.all()
    except Unavailable:
        containers = ()
    with services().database.session() as session:
        apps = AppsOfContainers(engine.workloads.instance, adoption.adopted(session))
    return render_template(
        "containers/list.html",
        actor=viewer,
        may_adopt=may(viewer, Action.ADOPT_CONTAINERS),
        listing=listing(containers, engine.health, time(), apps),
        blank=Row(),
        login_url=url_for("session.login", next=request.path),
    )


@blueprint.get("/containers/<name>/logs")
def logs(name: str) -> str:
    """``name`` may be an id. While the engine has never answered, the page stands with what its address says."""
    viewer = actor()
    require(viewer, Action.SEE_CONTAINERS)
    try:
        container = services().engine.inventory.find(name)
    except Unavailable:
        container = Container(id="", name=name, image="", state="", status="")
    return render_template(
        "containers/logs.html",
        actor=viewer,
        container=container,
        row=row(container, time()),
        live={
            "api": f"/api/v1/containers/{container.name}/logs",
            "login": url_for("session.login", next=request.path),
            "tail": NEWEST_LINES,
        },
    )
