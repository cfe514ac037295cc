"""The settings of an app: what it is made of and may use, how its repository is reached, its webhooks, its end."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, may
from paas.apps import catalogue, credentials, given, host_ports
from paas.apps.app import App, Kind
from paas.apps.credentials import AppSecrets
from paas.errors import Conflict, Forbidden, Invalid
from paas.web.context import services
from paas.web.pages.access import access_of
from paas.web.pages.app_form import SettingsForm, settings_names, texts_of
from paas.web.pages.opening import Opened, app_page, open_to
from paas.web.problems import STATUS
from paas.web.shapes.app_state import containers_of
from paas.web.states import containers

blueprint = Blueprint("settings", __name__)

HOOKS = ("github", "gitlab", "gitea", "generic")


@blueprint.get("/apps/<name>/settings")
def index(name: str) -> str:
    return _page(open_to(Action.MANAGE_APP, name))


@blueprint.post("/apps/<name>/settings")
def change(name: str) -> ResponseReturnValue:
    """All fields at once, so that none that was typed is lost to another one's button."""
    opened = open_to(Action.MANAGE_APP, name)
    app = opened.app
    form, names = SettingsForm(), _names(opened)
    form.allow_restart(app.restart_policy)
    if not form.is_fine(names) or not _port_is_free(opened, form):
        return _page(opened, form=form), STATUS["invalid"]
    try:
        with services().database.session() as session:
            changed = catalogue.change(session, opened.viewer, app, **given.fields(form.texts(names)))
    except (Invalid, Conflict, Forbidden) as problem:
        form.say("mounts" if isinstance(problem, Forbidden) else problem.field, problem.message)
        return _page(opened, form=form), STATUS[problem.kind]
    services().masks.forget(app.id)
    flash("The settings are kept." if changed.changed_at != app.changed_at else "Nothing was changed.")
    return redirect(url_for("settings.index", name=changed.name), 303)


@blueprint.post("/apps/<name>/settings/token")
def token(name: str) -> ResponseReturnValue:
    """Keep another token for the repository, or with an empty one none."""
    opened, text = open_to(Action.MANAGE_APP, name), request.form.get("git_token", "").strip()
    try:
        with services().database.session() as session:
            credentials.set_secrets(session, services().vault, opened.viewer, opened.app, git_token=text)
    except Invalid as problem:
        return _page(opened, token_error=problem.message), STATUS[problem.kind]
    return _done(opened, "The token is kept." if text else "The token is forgotten.")


@blueprint.post("/apps/<name>/settings/deploy-key")
def deploy_key(name: str) -> ResponseReturnValue:
    """Make a new key pair; the old one counts no more."""
    opened = open_to(Action.MANAGE_APP, name)
    with services().database.session() as session:
        credentials.new_deploy_key(session, services().vault, opened.viewer, opened.app)
    return _done(opened, "There is a new deploy key. Add its public half to the repository.")


@blueprint.post("/apps/<name>/settings/webhook-secret")
def webhook_secret(name: str) -> ResponseReturnValue:
    """Make a new one. It is shown on this answer alone, so there is no page to go on to."""
    opened = open_to(Action.MANAGE_APP, name)
    with services().database.session() as session:
        made = credentials.new_webhook_secret(session, services().vault, opened.viewer, opened.app)
    services().masks.forget(opened.app.id)
    return _page(opened, new_secret=made)


def _names(opened: Opened) -> tuple[str, ...]:
    may_grant = may(opened.viewer, Action.USE_HOST) or opened.app.privileged
    return settings_names(opened.app, may_use_host=may_grant)


def _port_is_free(opened: Opened, form: SettingsForm) -> bool:
    """Whether no container of others holds the port that was asked for anew."""
    text = (form.published_port.data or "").strip()
    if not text or text == str(opened.app.published_port):
        return True
    own = {each.id for each in containers_of(opened.app, containers(), services().engine.workloads.instance)}
    return form.leaves_alone(host_ports.of_containers(each for each in containers() if each.id not in own))


def _done(opened: Opened, words: str) -> ResponseReturnValue:
    services().masks.forget(opened.app.id)
    flash(words)
    return redirect(url_for("settings.index", name=opened.app.name), 303)


def _page(opened: Opened, *, form: SettingsForm | None = None, token_error: str = "", new_secret: str = "") -> str:
    app = opened.app
    kept, lost = _secrets(app)
    with services().database.session() as session:
        access = access_of(session, opened)
    if form is None:
        form = SettingsForm(formdata=None, data=texts_of(app))
        form.allow_restart(app.restart_policy)
    return app_page(
        "apps/settings.html",
        opened,
        app=app,
        form=form,
        fields=_names(opened),
        is_git=app.kind is Kind.GIT,
        has_token=bool(kept.git_token),
        token_error=token_error,
        secrets_lost=lost,
        access=access,
        hooks=_hooks(app.id),
        has_secret=bool(kept.webhook_secret) or bool(new_secret),
        new_secret=new_secret,
    )


def _secrets(app: App) -> tuple[AppSecrets, str]:
    """What is kept, and why it cannot be read where it was sealed with another key: the rest can be changed all the
    same."""
    try:
        with services().database.session() as session:
            return credentials.secrets_of(session, services().vault, app.id), ""
    except Invalid as problem:
        return AppSecrets(), problem.message


def _hooks(app_id: int) -> list[tuple[str, str]]:
    base = services().settings.public_url or request.host_url.rstrip("/")
    return [(kind, f"{base}/api/v1/hooks/{app_id}/{kind}") for kind in HOOKS]
