"""The environment of an app: its variables one by one, or all of them as the text of a ``.env`` file."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField

from paas.accounts.permissions import Action
from paas.apps import environment
from paas.apps.environment import Phase, Variable
from paas.apps.variables import completed
from paas.errors import Invalid, NotFound
from paas.web.context import services
from paas.web.pages.opening import Opened, app_page, open_to
from paas.web.problems import STATUS

blueprint = Blueprint("environment", __name__)

PHASES = {Phase.RUN.value: "when it runs", Phase.BUILD.value: "when it is built", Phase.BOTH.value: "in both"}
KEPT = {
    "": "secret if it is named so",
    "secret": "secret: not shown again",
    "plain": "readable",
}
SAVED = "The environment is kept."


class VariableForm(FlaskForm):  # type: ignore[misc]
    """One variable, new or changed."""

    key = StringField("Name")
    value = TextAreaField("Value")
    kept = SelectField("Kept", choices=KEPT, default="")
    phase = SelectField("Needed", choices=PHASES, default=Phase.RUN.value)


class FileForm(FlaskForm):  # type: ignore[misc]
    """All variables at once."""

    text = TextAreaField("All variables")


@blueprint.get("/apps/<name>/environment")
def index(name: str) -> str:
    return _page(open_to(Action.MANAGE_APP, name))


@blueprint.post("/apps/<name>/environment")
def set_one(name: str) -> ResponseReturnValue:
    """Add a variable, or give one that is there another value."""
    opened, form = open_to(Action.MANAGE_APP, name), VariableForm()
    try:
        with services().database.session() as session:
            environment.set_one(session, services().vault, opened.viewer, opened.app, _typed(form))
    except Invalid as problem:
        field = form.value if problem.field == "value" else form.key
        field.errors = [*field.errors, problem.message]
        return _page(opened, one=form), STATUS[problem.kind]
    return _kept(opened)


@blueprint.post("/apps/<name>/environment/file")
def set_all(name: str) -> ResponseReturnValue:
    """Make the environment what the text says; a placeholder keeps the secret that it stands for."""
    opened, form = open_to(Action.MANAGE_APP, name), FileForm()
    try:
        with services().database.session() as session:
            environment.replace_dotenv(session, services().vault, opened.viewer, opened.app, form.text.data or "")
    except Invalid as problem:
        form.text.errors = [*form.text.errors, problem.message]
        return _page(opened, whole=form), STATUS[problem.kind]
    return _kept(opened)


@blueprint.post("/apps/<name>/environment/remove")
def remove(name: str) -> ResponseReturnValue:
    opened, key = open_to(Action.MANAGE_APP, name), request.form.get("key", "")
    try:
        with services().database.session() as session:
            environment.remove(session, services().vault, opened.viewer, opened.app, key)
    except NotFound:
        pass  # somebody was quicker
    return _kept(opened)


def _typed(form: VariableForm) -> Variable:
    return completed(
        (form.key.data or "").strip(),
        (form.value.data or "").replace("\r\n", "\n"),
        is_secret=form.kept.data == "secret" if form.kept.data else None,
        phase=Phase(form.phase.data) if form.phase.data in tuple(Phase) else Phase.RUN,
        before=None,
    )


def _kept(opened: Opened) -> ResponseReturnValue:
    services().masks.forget(opened.app.id)
    flash(SAVED)
    return redirect(url_for("environment.index", name=opened.app.name), 303)


def _page(opened: Opened, *, one: VariableForm | None = None, whole: FileForm | None = None) -> str:
    with services().database.session() as session:
        variables = environment.read(session, services().vault, opened.app.id)
    return app_page(
        "apps/environment.html",
        opened,
        variables=variables,
        phases=PHASES,
        one=one or _asked_for(variables),
        whole=whole or FileForm(formdata=None, text=environment.as_dotenv(variables)),
        shows_whole=whole is not None,
        is_changing=one is not None or "change" in request.args,
        placeholder=environment.PLACEHOLDER,
    )


def _asked_for(variables: tuple[Variable, ...]) -> VariableForm:
    """The form, filled with the variable that the address names, if it does."""
    found = next((each for each in variables if each.key == request.args.get("change")), None)
    if found is None:
        return VariableForm(formdata=None)
    kept = "secret" if found.is_secret else "plain"
    return VariableForm(formdata=None, key=found.key, value=found.shown, kept=kept, phase=found.phase.value)
