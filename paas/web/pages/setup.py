"""Making the owner, with the one-time link that the dashboard prints while it has no users."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from paas.accounts import setup
from paas.errors import Conflict, Forbidden, Invalid
from paas.web import identity
from paas.web.context import services

blueprint = Blueprint("setup", __name__)


class SetupForm(FlaskForm):  # type: ignore[misc]
    """Who becomes the owner. What names and passwords may be is decided in ``paas.accounts``."""

    username = StringField("Username", [InputRequired("Choose a username.")])
    password = PasswordField("Password", [InputRequired("Choose a password.")])
    confirm = PasswordField(
        "The same password again",
        [InputRequired("Enter the password a second time."), EqualTo("password", "The two passwords differ.")],
    )


@blueprint.route("/setup", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """The form for whoever has the link; for others, where to find it."""
    code = request.args.get("code", "")
    try:
        with services().database.session() as database:
            setup.check_code(database, code)
    except Conflict:
        return redirect(url_for("session.login"), 303)
    except Forbidden as problem:
        return render_template("setup/link.html", message=problem.message if code else None), 403 if code else 200
    return _redeem(code) if request.method == "POST" else _form(SetupForm())


def _redeem(code: str) -> ResponseReturnValue:
    form = SetupForm()
    if not form.validate():
        return _form(form), 400
    try:
        owner = setup.redeem(services().database, code, form.username.data, form.password.data)
    except Invalid as problem:
        form.form_errors.append(problem.message)
        return _form(form), 400
    identity.sign_in(owner)
    return redirect(url_for("start.index"), 303)


def _form(form: SetupForm) -> str:
    return render_template("setup/setup.html", form=form)
