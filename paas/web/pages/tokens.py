"""Tokens for programs, on the account page."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts import api_tokens
from paas.errors import Conflict, Invalid, NotFound
from paas.web import audited, identity
from paas.web.context import services
from paas.web.pages.account import account_page, owner_of_account
from paas.web.problems import STATUS

blueprint = Blueprint("tokens", __name__)


@blueprint.post("/account/tokens")
def create() -> ResponseReturnValue:
    """Make one. It is shown on this answer alone, so there is no page to go on to."""
    who, form = owner_of_account(), request.form
    days = form.get("days", "")
    try:
        number = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
        with services().database.session() as session:
            _, text = api_tokens.create(session, who, form.get("name", "").strip(), form.get("scope", ""), number)
    except (Invalid, Conflict) as problem:
        audited.failed(problem)
        return account_page(who, token_error=problem.message, token_form=form), STATUS[problem.kind]
    return account_page(who, new_token=text)


@blueprint.post("/account/tokens/withdraw")
def withdraw() -> ResponseReturnValue:
    """It counts no more, and its open sockets close."""
    who, number = owner_of_account(), request.form.get("token", "")
    try:
        with services().database.session() as session:
            is_number = number.isascii() and number.isdigit() and len(number) < 10
            gone = api_tokens.withdraw(session, who, int(number) if is_number else 0)
    except NotFound as problem:
        audited.failed(problem)
        flash(problem.message)
    else:
        identity.tell_ended([gone.credential])
        flash(f"The token {gone.name} is withdrawn.")
    return redirect(url_for("account.index", _anchor="tokens"), 303)
