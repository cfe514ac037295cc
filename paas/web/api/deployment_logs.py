"""The log of a deployment over REST, in the shape that the logs of containers have. It is read from its file as it is
sent, so that a log of any length takes no more memory than a short one."""

from collections.abc import Iterator
from itertools import chain

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.deployments import history
from paas.deployments.history import Deployment
from paas.deployments.journal.file import JournalFile, Only
from paas.deployments.journal.lines import JournalLine
from paas.web import asked, log_bodies, matching
from paas.web.context import services
from paas.web.identity import actor

blueprint = Blueprint("api_deployment_logs", __name__)

DEFAULT_TAIL = 1_000
DEFAULT_PAGE, LONGEST_PAGE = 500, 5_000


@blueprint.get("/api/v1/deployments/<int:deployment_id>/logs")
def show(deployment_id: int) -> ResponseReturnValue:
    """``tail stream contains regex format timestamps download``, or ``before``/``after`` with ``limit``."""
    who = actor()
    with services().database.session() as session:
        _, deployment = history.find_by_id(session, who, deployment_id)
    only = matching.only(contains=asked.text("contains"), regex=asked.text("regex"), stream=asked.text("stream"))
    file = services().journals.file(deployment_id)
    if side := asked.side():
        return _page(file, side, only)
    return log_bodies.answer(
        _lines(file, only),
        shape=asked.choice("format", "json", "text"),
        with_time=bool(asked.text("timestamps")),
        file_name=_file_name(deployment) if asked.text("download") else "",
    )


def _page(file: JournalFile, side: str, only: Only) -> ResponseReturnValue:
    """``before`` and ``after`` are exclusive; an empty ``after`` is the beginning of the log."""
    limit, position = asked.whole("limit", DEFAULT_PAGE, most=LONGEST_PAGE), asked.text(side)
    offset = file.offset_of(position) if position or side == "before" else 0
    page = (file.before if side == "before" else file.after)(offset, only, limit=limit)
    return log_bodies.page(page.lines, more=page.more)


def _lines(file: JournalFile, only: Only) -> Iterator[JournalLine]:
    is_whole = asked.text("tail") == "all" or (not asked.text("tail") and asked.text("download"))
    start = 0 if is_whole else file.start_of_last(asked.whole("tail", DEFAULT_TAIL), only)
    return filter(only, chain.from_iterable(file.lines(start)))


def _file_name(deployment: Deployment) -> str:
    return f"{deployment.app_name}-deployment-{deployment.number}"
