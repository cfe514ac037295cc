"""Who did what: the audit log with its filter, and as a file."""

import time
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts import audit
from paas.accounts.audit import Entry, Filter, Result
from paas.accounts.permissions import Action, require
from paas.errors import Invalid
from paas.web import asked, audit_query
from paas.web.context import services
from paas.web.identity import actor
from paas.web.problems import STATUS
from paas.web.times import ago, iso

blueprint = Blueprint("audit", __name__)

SHOWN = 100
FIELDS = ("username", "action", "subject", "result", "since", "until")


@dataclass(frozen=True)
class Row:
    entry: Entry
    when_iso: str
    when_words: str


@blueprint.get("/audit")
def index() -> ResponseReturnValue:
    """The newest first, a hundred a page."""
    viewer, problem, wanted = actor(), "", Filter()
    require(viewer, Action.SEE_AUDIT)
    before = asked.whole("before", 0) or None
    try:
        wanted = audit_query.wanted()
    except Invalid as error:
        problem = error.message
    with services().database.session() as session:
        found = [] if problem else audit.find(session, viewer, wanted, before=before, limit=SHOWN + 1)
        actions = audit.actions(session, viewer)
    sent = {name: request.args.get(name, "").strip() for name in FIELDS}
    chosen: dict[str, Any] = {name: text for name, text in sent.items() if text}
    shown, now = found[:SHOWN], time.time()
    page = render_template(
        "audit/audit.html",
        actor=viewer,
        rows=[Row(entry, iso(entry.at), ago(entry.at, now)) for entry in shown],
        sent=sent,
        actions=actions,
        results=list(Result),
        problem=problem,
        older=url_for("audit.index", before=shown[-1].id, **chosen) if len(found) > SHOWN else None,
        exports=[(kind, url_for("audit.export", kind=kind, **chosen)) for kind in audit.EXPORTS],
    )
    return (page, STATUS["invalid"]) if problem else page


@blueprint.get("/audit/export/<kind>")
def export(kind: str) -> ResponseReturnValue:
    """What the filter shows, whole and oldest first, as ``csv`` or ``jsonl``."""
    return audit_query.export(actor(), kind)
