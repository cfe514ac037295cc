"""Who I am here."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from paas.web import identity
from paas.web.context import services

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
def index() -> str:
    """Name and role, and the ways to sign out."""
    return render_template("account/account.html", actor=identity.actor(), engine=services().engine.health)


@blueprint.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of mine, this one included."""
    identity.sign_out_everywhere(identity.actor())
    return redirect(url_for("session.login"), 303)
