"""Making an app of a repository or an image, with a look at what a repository would become."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, Actor, may, require
from paas.apps import catalogue, credentials, dotenv, environment, given, host_ports
from paas.apps.app import App, Kind, Wanted
from paas.deployments import requests
from paas.deployments.plans import preview
from paas.deployments.plans.preview import Preview
from paas.deployments.source.access import is_ssh
from paas.errors import Conflict, Forbidden, Invalid, Problem
from paas.web.context import services
from paas.web.identity import actor
from paas.web.pages.app_form import OF_KIND, NewAppForm
from paas.web.problems import STATUS
from paas.web.states import containers

blueprint = Blueprint("new_app", __name__)


@blueprint.get("/apps/new")
def index() -> str:
    viewer = actor()
    require(viewer, Action.CREATE_APPS)
    return _page(viewer, NewAppForm(data={"published_port": _free_port()}))


@blueprint.post("/apps/new")
def create() -> ResponseReturnValue:
    """The new app's page, or the form as it was sent with what is wrong in it."""
    viewer, form = actor(), NewAppForm()
    require(viewer, Action.CREATE_APPS)
    if "look" in request.form:
        return _look(viewer, form)
    if not form.is_whole() or not _port_is_free(form):
        return _page(viewer, form), STATUS["invalid"]
    try:
        app, number = _create(viewer, form, deploys="deploy" in request.form)
    except (Invalid, Conflict, Forbidden) as problem:
        form.refuse(problem)
        return _page(viewer, form), STATUS[problem.kind]
    if number is None:
        return redirect(url_for("overview.index", name=app.name), 303)
    services().line.wake()
    return redirect(url_for("deployments.show", name=app.name, number=number), 303)


def _look(viewer: Actor, form: NewAppForm) -> ResponseReturnValue:
    """The form with what would be built of its repository. A name that is still missing is taken from there."""
    if not form.can_be_looked_at():
        return _page(viewer, form), STATUS["invalid"]
    try:
        found = _preview(form)
    except Problem as problem:
        form.say(problem.field if problem.field in form else "repository", problem.message)
        return _page(viewer, form), STATUS[problem.kind]
    form.suggest_name()
    return _page(viewer, form, found=found)


def _preview(form: NewAppForm) -> Preview:
    wanted = Wanted("look", **given.fields(form.texts(OF_KIND[Kind.GIT.value])))
    variables = dotenv.parse(form.environment.data or "")
    return preview.look(
        wanted,
        services().settings,
        token=form.git_token.data or "",
        variables=tuple(variable.key for variable in variables if variable.is_in_build),
    )


def _create(viewer: Actor, form: NewAppForm, *, deploys: bool) -> tuple[App, int | None]:
    """The app and, where it is deployed at once, that deployment's number. Nothing is kept of it when a part fails."""
    wanted = given.wanted(form.texts(form.names) | {"kind": form.kind.data})
    needs_key = wanted.kind is Kind.GIT and is_ssh(wanted.repository)
    vault = services().vault
    with services().database.session() as session:
        app = catalogue.create(session, viewer, wanted)
        if form.git_token.data and wanted.kind is Kind.GIT:
            credentials.set_secrets(session, vault, viewer, app, git_token=form.git_token.data)
        if needs_key:
            credentials.new_deploy_key(session, vault, viewer, app)
        environment.replace_dotenv(session, vault, viewer, app, form.environment.data or "")
        if not deploys or needs_key:  # the repository does not know a key that was made just now
            return app, None
        return app, requests.request(session, viewer, app, trigger="page").number


def _page(viewer: Actor, form: NewAppForm, *, found: Preview | None = None) -> str:
    may_adopt = may(viewer, Action.ADOPT_CONTAINERS)
    return render_template("apps/new.html", actor=viewer, form=form, may_adopt=may_adopt, found=found)


def _free_port() -> str:
    held = host_ports.of_containers(containers())
    with services().database.session() as session:
        taken = held | host_ports.of_apps(session)
    return str(host_ports.suggested(taken) or "")


def _port_is_free(form: NewAppForm) -> bool:
    return form.leaves_alone(host_ports.of_containers(containers()))
