"""Which part of the audit log a request asks for, in the same words on the page and over REST."""

from datetime import UTC, datetime

from flask import Response, request
from werkzeug.datastructures import MultiDict

from paas.accounts import audit
from paas.accounts.audit import EXPORTS, Filter, Result
from paas.accounts.permissions import Action, Actor, require
from paas.errors import Invalid
from paas.web.context import services


def wanted() -> Filter:
    """From ``username``, ``action``, ``subject``, ``result``, ``since`` and ``until``; Invalid for what cannot be."""
    sent: MultiDict[str, str] = request.args
    texts = {name: sent.get(name, "").strip()[:255] for name in ("username", "action", "subject", "result")}
    if texts["result"] and texts["result"] not in tuple(Result):
        raise Invalid(f"result must be one of {', '.join(Result)}, not {texts['result'][:80]!r}.")
    return Filter(**texts, since=_moment("since"), until=_moment("until"))


def export(actor: Actor, kind: str) -> Response:
    """All that is wanted as a file, made while it is sent."""
    require(actor, Action.SEE_AUDIT)
    if kind not in EXPORTS:
        raise Invalid(f"format must be one of {', '.join(EXPORTS)}, not {kind[:80]!r}.")
    mimetype, write = EXPORTS[kind]
    text = write(audit.everything(services().database, actor, wanted()))
    headers = {"Content-Disposition": f"attachment; filename=audit.{kind}"}
    return Response(text, mimetype=mimetype, headers=headers)


def _moment(name: str) -> float | None:
    """A day or a moment in UTC unless it says otherwise: ``2026-11-21``, ``2026-11-21T10:00:00Z``."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        message = f"{name} must be a day or a moment such as 2026-11-21 or 2026-11-21T10:00:00Z, not {text[:80]!r}."
        raise Invalid(message) from None
