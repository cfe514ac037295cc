"""The alerts of one app: what fires, what did, the rules that watch it, and silence for all of it."""

import time

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, may
from paas.alerts import rulebook, wording
from paas.errors import Invalid
from paas.web import audited
from paas.web.context import services
from paas.web.pages.alert_form import HOURS, until
from paas.web.pages.alert_rules import states_now
from paas.web.pages.alerts import SHOWN, Chosen, lists, rows
from paas.web.pages.opening import Opened, app_page, open_to
from paas.web.problems import STATUS
from paas.web.shapes.alert_rows import rule_row

blueprint = Blueprint("alerts_of_app", __name__)


@blueprint.get("/apps/<name>/alerts")
def index(name: str) -> str:
    return _page(open_to(Action.SEE_APP, name))


@blueprint.post("/apps/<name>/alerts/silence")
def silence(name: str) -> ResponseReturnValue:
    """Nobody is told of this app for some hours, until a moment, or not any more."""
    opened = open_to(Action.MANAGE_APP, name)
    try:
        end = until(request.form.get("for", ""), request.form.get("until", ""))
        with services().database.session() as session:
            kept = rulebook.silence_app(session, opened.viewer, opened.app, end)
    except Invalid as problem:
        audited.failed(problem)
        return _page(opened, silence_error=problem.message), STATUS[problem.kind]
    flash(
        f"Nobody is told of {opened.app.name} until {wording.moment(kept)}." if kept else "Its alerts are told again."
    )
    return redirect(url_for("alerts_of_app.index", name=opened.app.name), 303)


def _page(opened: Opened, *, silence_error: str = "") -> str:
    viewer, app, now = opened.viewer, opened.app, time.time()
    names = {app.id: app.name}
    with services().database.session() as session:
        firing, over = lists(session, viewer, Chosen(app))
        states = states_now(session, viewer, app)
        watching = [
            rule_row(each, names, states, now, may_change=rulebook.may_change(session, viewer, each))
            for each in rulebook.visible(session, viewer, app)
        ]
        silent_until = rulebook.silence_of(session, viewer, app)
    return app_page(
        "alerts/of_app.html",
        opened,
        firing=rows(firing, names),
        over=rows(over[:SHOWN], names),
        older=url_for("alerts.index", app=app.name, before=over[SHOWN - 1].id) if len(over) > SHOWN else "",
        rules=watching,
        silent_until=wording.moment(silent_until) if silent_until else "",
        may_manage=may(viewer, Action.MANAGE_APP, app),
        hours=HOURS,
        silence_error=silence_error,
    )
