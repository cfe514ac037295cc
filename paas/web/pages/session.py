"""Signing in and out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from paas.accounts import users
from paas.errors import NotSignedIn
from paas.web import addresses, attempts, identity
from paas.web.context import services

blueprint = Blueprint("session", __name__)


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Username and password, both asked for."""

    username = StringField("Username", [InputRequired("Enter your username.")])
    password = PasswordField("Password", [InputRequired("Enter your password.")])


@blueprint.get("/login")
def login() -> ResponseReturnValue:
    """The form. Who is signed in already goes straight on; where nobody could sign in yet, setting up comes first."""
    if current_user.is_authenticated:
        return redirect(addresses.local(request.args.get("next")))
    with services().database.session() as database:
        if not users.count(database):
            return redirect(url_for("setup.index"))
    return _form(LoginForm())


@blueprint.post("/login")
def sign_in() -> ResponseReturnValue:
    """Back to the page that was asked for, or the form again with what was wrong."""
    form = LoginForm()
    if not form.validate():
        return _form(form), 400
    username = form.username.data
    attempts.begin(username)
    try:
        user = users.authenticate(services().database, username, form.password.data)
    except NotSignedIn as problem:
        form.form_errors.append(problem.message)
        return _form(form), 401
    attempts.succeeded(username)
    identity.sign_in(user)
    return redirect(addresses.local(request.form.get("next")), 303)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """To the form, signed in or not."""
    identity.sign_out()
    return redirect(url_for("session.login"), 303)


def _form(form: LoginForm) -> str:
    return render_template("session/login.html", form=form, next=addresses.local(request.values.get("next")))
