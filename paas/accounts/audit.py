"""The audit log: who did what, on what, from where, when, and whether it came about. Rows are added and read; there is
no way here, nor in the database, to change one. What is written must hold no secret."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, require
from paas.storage.database import Database
from paas.storage.tables import AuditRow

MOST = 500
BATCH = 1000


class Result(StrEnum):
    """``refused``: they may not. ``failed``: they may, and it could not be done as asked."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Event:
    """``username`` is empty for who is not known; ``door`` is page, api, socket, webhook or cli."""

    username: str
    action: str
    subject: str
    door: str
    address: str
    result: Result
    detail: str = ""
    user_id: int | None = None


@dataclass(frozen=True)
class Entry:
    """An event as it stands in the log; ``at`` in seconds since 1970."""

    id: int
    at: float
    username: str
    action: str
    subject: str
    door: str
    address: str
    result: str
    detail: str


@dataclass(frozen=True)
class Filter:
    """Which entries are wanted; what is empty or None is not asked for. Parts of names will do."""

    username: str = ""
    action: str = ""
    subject: str = ""
    result: str = ""
    since: float | None = None
    until: float | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.username:
            found.append(AuditRow.username.icontains(_storable(self.username), autoescape=True))
        if self.subject:
            found.append(AuditRow.subject.icontains(_storable(self.subject), autoescape=True))
        if self.action:
            found.append(AuditRow.action == _storable(self.action))
        if self.result:
            found.append(AuditRow.result == _storable(self.result))
        if self.since is not None:
            found.append(AuditRow.at >= self.since)
        if self.until is not None:
            found.append(AuditRow.at < self.until)
        return found


def record(session: Session, event: Event) -> None:
    """Add an event, now. Texts are cut to what the table holds."""
    session.add(
        AuditRow(
            at=time.time(),
            user_id=event.user_id,
            username=_storable(event.username)[:64],
            action=event.action,
            subject=_storable(event.subject)[:255],
            door=event.door,
            address=_storable(event.address)[:64],
            result=event.result.value,
            detail=_storable(event.detail)[:1000],
        )
    )


def find(session: Session, actor: Actor, wanted: Filter, *, before: int | None = None, limit: int = 100) -> list[Entry]:
    """The newest first, at most 501; ``before`` is the id of the last entry of the page before."""
    require(actor, Action.SEE_AUDIT)
    query = select(AuditRow).where(*wanted.conditions()).order_by(AuditRow.id.desc()).limit(min(limit, MOST + 1))
    if before is not None:
        query = query.where(AuditRow.id < before)
    return [_entry(row) for row in session.scalars(query)]


def actions(session: Session, actor: Actor) -> list[str]:
    """Every action that stands in the log."""
    require(actor, Action.SEE_AUDIT)
    return list(session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)))


def everything(database: Database, actor: Actor, wanted: Filter) -> Iterator[list[Entry]]:
    """All that is wanted, oldest first, a thousand at a time, in sessions of their own."""
    require(actor, Action.SEE_AUDIT)
    return _batches(database, wanted)


def as_csv(batches: Iterable[list[Entry]]) -> Iterator[str]:
    """With a line of names. What a spreadsheet would take for a formula gets a ' before it."""
    yield _csv_line(["time", *_columns()])
    for batch in batches:
        yield "".join(_csv_line([_safe(str(value)) for value in shape(entry).values()]) for entry in batch)


def as_json_lines(batches: Iterable[list[Entry]]) -> Iterator[str]:
    """One object a line."""
    for batch in batches:
        yield "".join(json.dumps(shape(entry)) + "\n" for entry in batch)


EXPORTS: dict[str, tuple[str, Callable[[Iterable[list[Entry]]], Iterator[str]]]] = {
    "csv": ("text/csv", as_csv),
    "jsonl": ("application/x-ndjson", as_json_lines),
}


def _batches(database: Database, wanted: Filter) -> Iterator[list[Entry]]:
    last = 0
    while True:
        query = select(AuditRow).where(AuditRow.id > last, *wanted.conditions()).order_by(AuditRow.id).limit(BATCH)
        with database.session() as session:
            batch = [_entry(row) for row in session.scalars(query)]
        if not batch:
            return
        last = batch[-1].id
        yield batch


def _entry(row: AuditRow) -> Entry:
    names = ("id", "at", "username", "action", "subject", "door", "address", "result", "detail")
    return Entry(*(getattr(row, name) for name in names))


def shape(entry: Entry) -> dict[str, object]:
    """An entry with its time in RFC 3339."""
    found = asdict(entry)
    moment = datetime.fromtimestamp(found.pop("at"), UTC).isoformat(timespec="milliseconds")
    return {"time": moment.replace("+00:00", "Z")} | found


def _columns() -> list[str]:
    return ["id", "username", "action", "subject", "door", "address", "result", "detail"]


def _csv_line(values: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(values)
    return written.getvalue()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _storable(text: str) -> str:
    """Without half characters and NUL, which no database takes, nor anything else that is not to be seen."""
    return "".join(each if each.isprintable() else " " for each in text)
