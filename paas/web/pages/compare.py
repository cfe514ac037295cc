"""What differs between two deployments of an app: commit, processes, scale, and the names of its environment."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from paas.deployments import comparing, history
from paas.deployments.difference import Difference
from paas.errors import Invalid, NotFound, Problem
from paas.web.context import services
from paas.web.identity import actor
from paas.web.pages.opening import Opened, app_page, open_app
from paas.web.problems import STATUS

blueprint = Blueprint("compare", __name__)

MOST_CHOICES = 100


@blueprint.get("/apps/<name>/deployments/compare")
def index(name: str) -> ResponseReturnValue:
    """``from`` and ``to`` are numbers; without them, the one that serves and the newest."""
    viewer = actor()
    with services().database.session() as session:
        opened = open_app(session, viewer, name)
        known = [each.number for each in history.of_app(session, opened.app.id, limit=MOST_CHOICES)]
        before, after = _numbers(opened, known)
        found, problem = _compare(session, opened, before, after)
    page = app_page(
        "deployments/compare.html",
        opened,
        known=known,
        before=before,
        after=after,
        found=found,
        problem=problem.message if problem else "",
    )
    return page, STATUS[problem.kind] if problem else 200


def _numbers(opened: Opened, known: list[int]) -> tuple[int, int]:
    newest = known[0] if known else 0
    before = request.args.get("from", type=int)
    after = request.args.get("to", type=int)
    if before is None:
        before = opened.current.number if opened.current is not None else newest
    return before, newest if after is None else after


def _compare(session: Session, opened: Opened, before: int, after: int) -> tuple[Difference | None, Problem | None]:
    """Nothing at all where there is nothing to compare."""
    if opened.latest is None:
        return None, None
    try:
        vault = services().vault
        return comparing.compare(session, vault, opened.viewer, opened.app, before=before, after=after), None
    except (NotFound, Invalid) as problem:  # the latter where the key of their secrets is lost
        return None, problem
