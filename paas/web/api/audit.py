"""The audit log over REST. docs/accounts.md shows the call."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from paas.accounts import audit
from paas.accounts.permissions import Action, require
from paas.web import asked, audit_query, paging
from paas.web.context import services
from paas.web.identity import actor

blueprint = Blueprint("api_audit", __name__)


@blueprint.get("/api/v1/audit")
def index() -> ResponseReturnValue:
    """The newest first; ``next`` is the ``before`` of the page after. ``format=csv`` or ``jsonl`` gives a file."""
    who = actor()
    require(who, Action.SEE_AUDIT)
    kind = asked.choice("format", "json", *audit.EXPORTS)
    if kind != "json":
        return audit_query.export(who, kind)
    limit, before = paging.limit(100, audit.MOST), asked.whole("before", 1 << 30)
    with services().database.session() as session:
        found = audit.find(session, who, audit_query.wanted(), before=before, limit=limit + 1)
    shown = found[:limit]
    return {
        "entries": [audit.shape(entry) for entry in shown],
        "next": shown[-1].id if len(found) > limit else None,
    }
