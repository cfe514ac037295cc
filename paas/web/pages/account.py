"""Oneself: name and role, the password, and where one is signed in. Tokens are ``pages/tokens.py``'s."""

import time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired

from paas.accounts import api_tokens, password_change, sessions
from paas.accounts.permissions import Action, Actor, require
from paas.errors import Conflict, Invalid, NotFound
from paas.web import attempts, audited, identity
from paas.web.context import services
from paas.web.problems import STATUS
from paas.web.shapes.api_tokens import SCOPE_WORDS, token_line
from paas.web.shapes.factors import factor_line
from paas.web.shapes.sessions import session_lines

blueprint = Blueprint("account", __name__)


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """What passwords may be is decided in ``paas.accounts``."""

    current = PasswordField("Your password now", [InputRequired("Enter the password that you have now.")])
    password = PasswordField("The new one", [InputRequired("Choose a new password.")])
    confirm = PasswordField(
        "The new one again",
        [InputRequired("Enter the new password a second time."), EqualTo("password", "The two passwords differ.")],
    )


@blueprint.get("/account")
def index() -> str:
    """Everything about the person who asks."""
    return account_page(owner_of_account())


@blueprint.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Counted as an attempt to sign in: a browser left open must not be a place to guess at leisure."""
    who, form = owner_of_account(), PasswordForm()
    if not form.validate():
        return account_page(who, form), STATUS["invalid"]
    attempts.begin(who.username)
    try:
        ended = password_change.change(services().database, who, form.current.data, form.password.data)
    except (Invalid, Conflict) as problem:
        field = form[problem.field] if problem.field else form.current
        field.errors = [*field.errors, problem.message]
        return account_page(who, form), STATUS[problem.kind]
    attempts.succeeded(who.username)
    identity.tell_ended(ended)
    flash("The password is changed. " + _others_words(len(ended)))
    return redirect(url_for("account.index"), 303)


@blueprint.post("/account/sessions/end")
def end_session() -> ResponseReturnValue:
    """End one session; the one that asks is signed out."""
    who, session_id = owner_of_account(), request.form.get("session", "")
    if session_id == who.session_id:
        identity.sign_out()
        return redirect(url_for("session.login"), 303)
    try:
        identity.sign_out_one(who, session_id)
    except NotFound as problem:
        audited.failed(problem)
        flash(problem.message)
    else:
        flash("That session is ended.")
    return redirect(url_for("account.index", _anchor="sessions"), 303)


@blueprint.post("/account/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    """End every session of mine but this one."""
    flash(_others_words(identity.sign_out_others(owner_of_account())))
    return redirect(url_for("account.index", _anchor="sessions"), 303)


@blueprint.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of mine, this one included."""
    identity.sign_out_everywhere(owner_of_account())
    return redirect(url_for("session.login"), 303)


def _others_words(count: int) -> str:
    return {0: "There was no other session.", 1: "One other session is ended."}.get(
        count, f"{count} other sessions are ended."
    )


def owner_of_account() -> Actor:
    """Who asks, for what concerns themselves; Forbidden for a token, whatever its scope."""
    who = identity.actor()
    require(who, Action.MANAGE_ACCOUNT)
    return who


def account_page(who: Actor, form: PasswordForm | None = None, **shown: Any) -> str:  # noqa: ANN401 - of its other parts
    """The whole page; ``new_token`` and ``token_error`` are of its part about tokens."""
    now = time.time()
    with services().database.session() as database:
        found = sessions.of_user(database, who.user_id, now=now)
        tokens = api_tokens.of_user(database, who)
        factor = factor_line(database, who, services().vault)
    return render_template(
        "account/account.html",
        actor=who,
        form=form or PasswordForm(formdata=None),
        sessions=session_lines(found, who.session_id, now),
        tokens=[token_line(each, now) for each in tokens],
        scopes=SCOPE_WORDS,
        factor=factor,
        **shown,
    )
