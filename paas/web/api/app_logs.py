"""The one-shot read of an app's log, merged over its containers: what ``logs`` is for one container, with what happened
to the app among the lines of a page."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.apps import catalogue
from paas.logs.app.log import MarkedPage
from paas.web import asked, log_bodies
from paas.web.api import log_query
from paas.web.context import services
from paas.web.identity import actor

blueprint = Blueprint("api_app_logs", __name__)


@blueprint.get("/api/v1/apps/<reference>/logs")
def show(reference: str) -> ResponseReturnValue:
    """``since until tail process stream contains regex format timestamps download``, or ``before``/``after`` with
    ``limit``, which an empty value makes the newest and the first page."""
    who = actor()
    with services().database.session() as session:
        app = catalogue.find(session, who, reference)
    log, only = services().hub.stored(app), log_query.only()
    if side := asked.side():
        page = log.before if side == "before" else log.after
        return _page(page(asked.text(side), only=only, limit=log_query.limit()))
    return log_bodies.answer(
        log.read(tail=log_query.tail(only), only=only, **log_query.window()),
        shape=asked.choice("format", "json", "text"),
        with_time=bool(asked.text("timestamps")),
        file_name=app.name if asked.text("download") else "",
    )


def _page(marked: MarkedPage) -> ResponseReturnValue:
    page = marked.page
    markers = [
        {"at": at, "kind": each.kind, "message": each.message, "time": each.time, "process": each.process}
        for at, each in marked.happenings
    ]
    places = {"before": str(page.before), "after": str(page.after)}
    return log_bodies.page(page.lines, more=page.more, markers=markers, **places)
