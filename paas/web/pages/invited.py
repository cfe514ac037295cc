"""Making one's account with an invitation's one-time link."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from paas.accounts import invitations
from paas.accounts.invitations import Invitation
from paas.errors import Conflict, Forbidden, Invalid
from paas.web import audited, identity
from paas.web.context import services
from paas.web.problems import STATUS

blueprint = Blueprint("invited", __name__)


class JoinForm(FlaskForm):  # type: ignore[misc]
    """What names and passwords may be is decided in ``paas.accounts``."""

    username = StringField("Username", [InputRequired("Choose a username.")])
    password = PasswordField("Password", [InputRequired("Choose a password.")])
    confirm = PasswordField(
        "The same password again",
        [InputRequired("Enter the password a second time."), EqualTo("password", "The two passwords differ.")],
    )


@blueprint.route("/join", methods=["GET", "POST"])
def index() -> ResponseReturnValue:
    """The form for whoever has the link. Who is signed in here is signed out by joining as somebody else."""
    code = request.args.get("code", "")
    try:
        with services().database.session() as database:
            invitation = invitations.check_code(database, code)
    except Forbidden as problem:
        audited.failed(problem)
        return render_template("users/invalid.html", message=problem.message), STATUS[problem.kind]
    return _redeem(code, invitation) if request.method == "POST" else _form(JoinForm(), invitation)


def _redeem(code: str, invitation: Invitation) -> ResponseReturnValue:
    form = JoinForm()
    if not form.validate():
        return _form(form, invitation), STATUS["invalid"]
    try:
        user = invitations.redeem(services().database, code, form.username.data, form.password.data)
    except (Invalid, Conflict) as problem:
        audited.failed(problem)
        form.form_errors.append(problem.message)
        return _form(form, invitation), STATUS[problem.kind]
    identity.sign_in(user)
    return redirect(url_for("start.index"), 303)


def _form(form: JoinForm, invitation: Invitation) -> str:
    return render_template("users/join.html", form=form, invitation=invitation)
