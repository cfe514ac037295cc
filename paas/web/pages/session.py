"""Signing in and out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from paas.accounts import users
from paas.accounts.users import User
from paas.errors import NotSignedIn
from paas.web import addresses, attempts, audited, identity, second_step
from paas.web.context import services

blueprint = Blueprint("session", __name__)


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Username and password, both asked for."""

    username = StringField("Username", [InputRequired("Enter your username.")])
    password = PasswordField("Password", [InputRequired("Enter your password.")])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The second step."""

    code = StringField("Code", [InputRequired("Enter the code.")])


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
    if second_step.is_needed(user):
        audited.unfinished()
        second_step.wait_for_code(user, username)
        return redirect(url_for("session.ask_code", next=request.form.get("next") or None), 303)
    return _let_in(user, username)


@blueprint.get("/login/code")
def ask_code() -> ResponseReturnValue:
    """The second step, for who has given the right password a moment ago."""
    if second_step.waiting() is None:
        return redirect(url_for("session.login", next=request.args.get("next")), 303)
    return _code_form(CodeForm())


@blueprint.post("/login/code")
def sign_in_with_code() -> ResponseReturnValue:
    """Each code is an attempt like each password: the counters are not cleared before the end."""
    form, found = CodeForm(), second_step.waiting()
    if found is None:
        audited.failed(NotSignedIn("The password was given too long ago."))
        return redirect(url_for("session.login", next=request.form.get("next")), 303)
    user, username = found
    audited.about(f"user {user.username}, by a code")
    if not form.validate():
        return _code_form(form), 400
    attempts.begin(username)
    if not second_step.is_right(user, form.code.data):
        form.form_errors.append("This code is not right, or was used already.")
        return _code_form(form), 401
    return _let_in(user, username)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """To the form, signed in or not."""
    identity.sign_out()
    return redirect(url_for("session.login"), 303)


def _let_in(user: User, username: str) -> ResponseReturnValue:
    attempts.succeeded(username)
    identity.sign_in(user)
    return redirect(addresses.local(request.form.get("next")), 303)


def _code_form(form: CodeForm) -> str:
    return render_template("session/code.html", form=form, next=addresses.local(request.values.get("next")))


def _form(form: LoginForm) -> str:
    return render_template("session/login.html", form=form, next=addresses.local(request.values.get("next")))
