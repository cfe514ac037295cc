"""Two-factor sign-in, on the account page. What weakens or replaces it asks for the password again."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts import two_factor, users
from paas.accounts.permissions import Actor
from paas.errors import Conflict, Invalid, NotSignedIn
from paas.web import attempts, audited
from paas.web.context import services
from paas.web.pages.account import account_page, owner_of_account
from paas.web.problems import STATUS

blueprint = Blueprint("two_factor", __name__)


@blueprint.post("/account/two-factor")
def begin() -> ResponseReturnValue:
    """Make a secret and show it; nothing counts before its first code."""
    who = owner_of_account()
    try:
        _check_password(who)
        with services().database.session() as session:
            two_factor.begin(session, who, services().vault)
    except (Invalid, Conflict) as problem:
        return _again(who, problem)
    return redirect(url_for("account.index", _anchor="two-factor"), 303)


@blueprint.post("/account/two-factor/confirm")
def confirm() -> ResponseReturnValue:
    """With the first code it is on. The recovery codes are shown on this answer alone."""
    who = owner_of_account()
    attempts.begin(who.username)
    try:
        with services().database.session() as session:
            codes = two_factor.confirm(session, who, services().vault, request.form.get("code", ""))
    except (Invalid, Conflict) as problem:
        return _again(who, problem)
    attempts.succeeded(who.username)
    return account_page(who, recovery_codes=codes)


@blueprint.post("/account/two-factor/recovery-codes")
def renew() -> ResponseReturnValue:
    """New recovery codes instead of those from before."""
    who = owner_of_account()
    try:
        _check_password(who)
        with services().database.session() as session:
            codes = two_factor.renew_recovery_codes(session, who)
    except (Invalid, Conflict) as problem:
        return _again(who, problem)
    return account_page(who, recovery_codes=codes)


@blueprint.post("/account/two-factor/off")
def turn_off() -> ResponseReturnValue:
    """The password alone signs in again; or what was begun is dropped."""
    who = owner_of_account()
    try:
        _check_password(who)
    except Invalid as problem:
        return _again(who, problem)
    with services().database.session() as session:
        two_factor.turn_off(session, who.user_id)
    flash("Two-factor sign-in is off.")
    return redirect(url_for("account.index", _anchor="two-factor"), 303)


def _check_password(who: Actor) -> None:
    """Invalid unless it was sent. An attempt like one to sign in: a browser left open is no place to guess."""
    attempts.begin(who.username)
    try:
        users.authenticate(services().database, who.username, request.form.get("password", ""))
    except NotSignedIn as problem:
        raise Invalid("This is not your password.") from problem
    attempts.succeeded(who.username)


def _again(who: Actor, problem: Invalid | Conflict) -> ResponseReturnValue:
    audited.failed(problem)
    return account_page(who, factor_error=problem.message), STATUS[problem.kind]
