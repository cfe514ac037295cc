"""The one-shot read of a container's log: a window of it, the page before or after a position, or all of it as a file.

Lines are sent as the engine sends them, so a log of any length takes no more memory than a short one."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, require
from paas.broadcast import PositionGone
from paas.errors import Unavailable
from paas.logs.container import history
from paas.logs.container.pages import Page
from paas.logs.reading.cursor import parse_position
from paas.logs.reading.reader import LogReader
from paas.web import asked, log_bodies
from paas.web.api import log_query
from paas.web.context import services
from paas.web.identity import actor

blueprint = Blueprint("api_logs", __name__)


@blueprint.get("/api/v1/containers/<reference>/logs")
def show(reference: str) -> ResponseReturnValue:
    """``since until tail stream contains regex format timestamps download``, or ``before``/``after`` with ``limit``."""
    require(actor(), Action.SEE_CONTAINERS)
    engine = services().engine
    container = engine.inventory.find(reference)
    if not engine.health.ok:
        raise Unavailable(engine.health.message)  # a hung one would only say so after ten seconds
    reader = services().hub.open_log(engine.containers.inspect(container.id), process=container.name)
    only = log_query.only()
    if side := asked.side():
        page = _page(reader, side)
        return log_bodies.page(page.lines, more=page.more)
    return log_bodies.answer(
        history.read(reader, tail=log_query.tail(only), only=only, **log_query.window()),
        shape=asked.choice("format", "json", "text"),
        with_time=bool(asked.text("timestamps")),
        file_name=container.name if asked.text("download") else "",
    )


def _page(reader: LogReader, side: str) -> Page:
    """``before`` and ``after`` are exclusive; empty, they mean the end of the log and its beginning."""
    pages, position = services().pages, asked.text(side)
    is_newest = side == "before" and not position
    if is_newest and not (position := pages.newest(reader)):
        return Page([], more=False)
    container, cursor = parse_position(position) if position else ("", None)
    if not reader.id.startswith(container):
        raise PositionGone("This position is of a container that was removed, and its log with it.")
    only, limit = log_query.only(), log_query.limit()
    if side == "before" and cursor is not None:
        return pages.before(reader, cursor=cursor, is_inclusive=is_newest, only=only, limit=limit)
    return pages.after(reader, cursor=cursor, only=only, limit=limit)
