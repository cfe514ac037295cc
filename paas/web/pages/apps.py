"""The list of apps, making a new one, and the log of each."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, Actor, may, require
from paas.apps import catalogue, credentials, environment, given, host_ports
from paas.apps.app import App
from paas.deployments import history, waiting_line
from paas.errors import Conflict, Forbidden, Invalid
from paas.web.context import services
from paas.web.identity import actor
from paas.web.pages.app_form import NewAppForm, is_ssh
from paas.web.pages.opening import app_page, open_app, row_of
from paas.web.problems import STATUS
from paas.web.states import containers

blueprint = Blueprint("apps", __name__)


@blueprint.get("/apps")
def index() -> str:
    """Every app that one may see, with its state and its newest deployment."""
    viewer = actor()
    with services().database.session() as session:
        apps = catalogue.visible(session, viewer)
        latest = history.latest(session, [app.id for app in apps])
    return render_template(
        "apps/list.html",
        actor=viewer,
        rows=[row_of(app, latest.get(app.id)) for app in apps],
        may_adopt=may(viewer, Action.ADOPT_CONTAINERS),
        login_url=url_for("session.login", next=request.path),
    )


@blueprint.get("/apps/new")
def new() -> str:
    viewer = actor()
    require(viewer, Action.CREATE_APPS)
    return _form(viewer, NewAppForm(data={"published_port": _free_port()}))


@blueprint.post("/apps/new")
def create() -> ResponseReturnValue:
    """The new app's page, or the form as it was sent with what is wrong in it."""
    viewer, form = actor(), NewAppForm()
    require(viewer, Action.CREATE_APPS)
    if not form.is_whole():
        return _form(viewer, form), STATUS["invalid"]
    try:
        app, number = _create(viewer, form, deploys="deploy" in request.form)
    except (Invalid, Conflict, Forbidden) as problem:
        form.refuse(problem)
        return _form(viewer, form), STATUS[problem.kind]
    if number is None:
        return redirect(url_for("overview.index", name=app.name), 303)
    services().line.wake()
    return redirect(url_for("deployments.show", name=app.name, number=number), 303)


@blueprint.get("/apps/<name>/logs")
def logs(name: str) -> str:
    """One log of all its processes, old and new containers."""
    viewer = actor()
    with services().database.session() as session:
        opened = open_app(session, viewer, name)
    return app_page("apps/logs.html", opened)


def _form(viewer: Actor, form: NewAppForm) -> str:
    return render_template("apps/new.html", actor=viewer, form=form, may_adopt=may(viewer, Action.ADOPT_CONTAINERS))


def _free_port() -> str:
    held = host_ports.of_containers(containers())
    with services().database.session() as session:
        taken = held | host_ports.of_apps(session)
    return str(host_ports.suggested(taken) or "")


def _create(viewer: Actor, form: NewAppForm, *, deploys: bool) -> tuple[App, int | None]:
    """The app and, where it is deployed at once, that deployment's number. Nothing is kept of it when a part fails."""
    wanted = given.wanted(form.texts(form.names) | {"kind": form.kind.data})
    needs_key = is_ssh(wanted.repository)
    vault = services().vault
    with services().database.session() as session:
        app = catalogue.create(session, viewer, wanted)
        if form.git_token.data:
            credentials.set_secrets(session, vault, viewer, app, git_token=form.git_token.data)
        if needs_key:
            credentials.new_deploy_key(session, vault, viewer, app)
        environment.replace_dotenv(session, vault, viewer, app, form.environment.data or "")
        if not deploys or needs_key:  # the repository does not know a key that was made just now
            return app, None
        return app, waiting_line.request(session, viewer, app, trigger="page").number
