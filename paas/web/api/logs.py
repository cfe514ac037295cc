"""The one-shot read of a container's log: a window of it, the page before or after a position, or all of it as a file.

Lines are sent as the engine sends them, so a log of any length takes no more memory than a short one."""

from time import time

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Action, require
from paas.errors import Unavailable
from paas.logs import history
from paas.logs.cursor import parse_position
from paas.logs.filters import LineFilter
from paas.logs.moments import moment
from paas.logs.reading import LogReader, PositionGone
from paas.web import asked, log_bodies
from paas.web.context import services
from paas.web.identity import actor

blueprint = Blueprint("api_logs", __name__)

DEFAULT_TAIL = 1_000
DEFAULT_PAGE, LONGEST_PAGE = 500, 5_000
LARGEST_FILTERED_TAIL = 20_000
"""The last lines that match are found by reading all, and are held until the end is reached."""


@blueprint.get("/api/v1/containers/<reference>/logs")
def show(reference: str) -> ResponseReturnValue:
    """``since until tail stream contains regex format timestamps download``, or ``before``/``after`` with ``limit``."""
    require(actor(), Action.SEE_CONTAINERS)
    engine = services().engine
    container = engine.inventory.find(reference)
    if not engine.health.ok:
        raise Unavailable(engine.health.message)  # a hung one would only say so after ten seconds
    reader = LogReader(engine.containers, engine.containers.inspect(container.id))
    only = LineFilter(contains=asked.text("contains"), regex=asked.text("regex"), stream=asked.text("stream"))
    if side := asked.side():
        return _page(reader, side, only)
    return log_bodies.answer(
        history.read(reader, tail=_tail(only), only=only, **_window()),
        shape=asked.choice("format", "json", "text"),
        with_time=bool(asked.text("timestamps")),
        file_name=container.name if asked.text("download") else "",
    )


def _page(reader: LogReader, side: str, only: LineFilter) -> ResponseReturnValue:
    """``before`` and ``after`` are exclusive; an empty ``after`` is the beginning of the log."""
    limit = asked.whole("limit", DEFAULT_PAGE, most=LONGEST_PAGE)
    position = asked.text(side)
    container, cursor = parse_position(position) if position or side == "before" else ("", None)
    if not reader.id.startswith(container):
        raise PositionGone("This position is of a container that was removed, and its log with it.")
    pages = services().pages
    if side == "before" and cursor is not None:
        page = pages.before(reader, cursor=cursor, only=only, limit=limit)
    else:
        page = pages.after(reader, cursor=cursor, only=only, limit=limit)
    return log_bodies.page(page.lines, more=page.more)


def _window() -> dict[str, str]:
    now = time()
    return {name: moment(asked.text(name), now=now) for name in ("since", "until") if asked.text(name)}


def _tail(only: LineFilter) -> int | None:
    """All when a window or a file is asked for, else the last thousand."""
    text = asked.text("tail")
    if text == "all" or (not text and (asked.text("since") or asked.text("until") or asked.text("download"))):
        return None
    most = None if only.passes_all else LARGEST_FILTERED_TAIL
    return asked.whole("tail", DEFAULT_TAIL, most=most)
