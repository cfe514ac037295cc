"""The queue of notices, in the database: what is queued with a change of an alert is kept with it, and survives a
restart. Nothing is sent here.

Whoever sends takes the oldest of a destination and holds the destination for ``LEASE_SECONDS``, so that two dashboards
on one database neither send a notice twice nor out of order. Who dies with it has it taken up again after that time: a
notice that the service had taken by then arrives twice. In every other case it arrives once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may
from paas.alerts import destinations, wording
from paas.alerts.change import Change, Turn
from paas.alerts.outcome import Outcome
from paas.storage.notice_tables import DestinationRow, NoticeRow
from paas.storage.tables import AppRow

GATHER_SECONDS = 2.0
"""What comes within it goes out as one message."""
LEASE_SECONDS = 60.0
"""Longer than a courier may take."""
PATIENCE_SECONDS = 24 * 3600.0
MOST_WAITING = 500
"""For one destination; the oldest make way."""
KEPT_SECONDS, MOST_KEPT = 30 * 24 * 3600.0, 20_000

WAITING, SENT, GIVEN_UP = "waiting", "sent", "given_up"


@dataclass(frozen=True)
class Notice:
    """Times are seconds since 1970. ``reason`` says why the last attempt failed, or why there was none."""

    id: int
    destination_id: int
    incident_id: int | None
    turn: Turn
    title: str
    queued_at: float
    state: str
    attempts: int
    reason: str
    ended_at: float | None


@dataclass(frozen=True)
class Batch:
    """What goes to one destination as one message. ``paths`` lead to what each text is about."""

    destination_id: int
    sealed_url: str = field(repr=False)
    may_be_private: bool
    ids: tuple[int, ...]
    texts: tuple[wording.Text, ...]


def queue(session: Session, change: Change, *, machine: str, now: float) -> None:
    """For every destination that is to hear of it."""
    app = session.get(AppRow, change.app_id) if change.app_id is not None else None
    title = wording.title_of(change, wording.where(change.subject, app.name if app else "", machine))
    for row in session.scalars(select(DestinationRow).where(DestinationRow.is_on)):
        if not _wants(session, row, change):
            continue
        _make_way(session, row.id, now)
        session.add(
            NoticeRow(
                destination_id=row.id,
                incident_id=change.incident_id,
                app_id=change.app_id,
                turn=change.state.value,
                title=title,
                body=wording.body_of(change),
                path=f"/alerts/incidents/{change.incident_id}",
                queued_at=now,
                state=WAITING,
            )
        )
    session.flush()


def due(session: Session, now: float) -> tuple[list[tuple[int, int]], float | None]:
    """(id, failures) of the destinations for which something waits that may be sent now, who waits longest first; and
    when there will be another one, None when nothing else waits."""
    oldest = func.min(NoticeRow.queued_at)
    query = (
        select(
            DestinationRow.id, DestinationRow.failures, DestinationRow.next_try_at, DestinationRow.leased_until, oldest
        )
        .join(NoticeRow, NoticeRow.destination_id == DestinationRow.id)
        .where(NoticeRow.state == WAITING)
        .group_by(DestinationRow.id)
        .order_by(oldest)
    )
    ready, later = [], []
    for destination_id, failures, next_try_at, leased_until, queued_at in session.execute(query):
        moment = max(next_try_at, leased_until, queued_at + GATHER_SECONDS)
        if moment <= now:
            ready.append((destination_id, failures))
        else:
            later.append(moment)
    return ready, min(later, default=None)


def take(session: Session, destination_id: int, now: float) -> Batch | None:
    """What is to be sent there, ours until the lease ends; None when there is nothing, or another one has it."""
    free = update(DestinationRow).where(DestinationRow.id == destination_id, DestinationRow.leased_until <= now)
    held = session.execute(free.values(leased_until=now + LEASE_SECONDS))
    if not isinstance(held, CursorResult) or held.rowcount != 1:
        return None
    row = session.get_one(DestinationRow, destination_id, populate_existing=True)
    owner = destinations.owner_of(session, row.owner_id)
    found = _those_still_theirs(session, owner, _waiting(session, destination_id, wording.MOST_TOGETHER), now)
    if owner is None or not found:
        row.leased_until = now
        return None
    return Batch(
        destination_id=destination_id,
        sealed_url=row.sealed_url,
        may_be_private=destinations.may_be_private(owner),
        ids=tuple(each.id for each in found),
        texts=tuple(wording.Text(Turn(each.turn), each.title, each.body, each.path) for each in found),
    )


def settle(session: Session, batch: Batch, outcome: Outcome, *, pause_seconds: float, now: float) -> None:
    """Write down what became of it, and let the destination go; after a failure it is left in peace for the pause."""
    row = session.get(DestinationRow, batch.destination_id)
    if row is None:
        return  # it was removed meanwhile, and its notices with it
    row.leased_until = now
    row.failures = 0 if outcome.is_sent else row.failures + 1
    row.last_error = outcome.reason
    row.next_try_at = now if outcome.is_sent else now + pause_seconds
    row.last_sent_at = now if outcome.is_sent else row.last_sent_at
    for notice in session.scalars(select(NoticeRow).where(NoticeRow.id.in_(batch.ids), NoticeRow.state == WAITING)):
        notice.attempts += 1
        notice.reason = outcome.reason
        if outcome.is_sent:
            notice.state, notice.ended_at = SENT, now


def give_up(session: Session, now: float) -> None:
    """What has waited for a day is not sent any more; nor is what waits for a destination that was turned off."""
    too_old = NoticeRow.queued_at < now - PATIENCE_SECONDS
    is_off = NoticeRow.destination_id.in_(select(DestinationRow.id).where(DestinationRow.is_on.is_(False)))
    for which, reason in ((is_off, "The destination was turned off."), (too_old, "Nothing was taken for a day.")):
        rows = session.scalars(select(NoticeRow).where(NoticeRow.state == WAITING, which))
        for notice in rows:
            _end(notice, f"{notice.reason} {reason}".strip(), now)


def sweep(session: Session, now: float) -> None:
    """Remove what ended long ago, and more than there is room for."""
    over = NoticeRow.state != WAITING
    session.execute(delete(NoticeRow).where(over, NoticeRow.ended_at < now - KEPT_SECONDS))
    oldest = session.scalar(select(NoticeRow.id).order_by(NoticeRow.id.desc()).offset(MOST_KEPT).limit(1))
    if oldest is not None:
        session.execute(delete(NoticeRow).where(over, NoticeRow.id <= oldest))


def of_destination(
    session: Session, actor: Actor, destination_id: int, *, before: int | None = None, limit: int = 50
) -> list[Notice]:
    """Its newest, newest first; of those that came before notice ``before``, if that is given."""
    found = destinations.find(session, actor, destination_id)
    query = select(NoticeRow).where(NoticeRow.destination_id == found.id).order_by(NoticeRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(NoticeRow.id < before)
    return [_notice(row) for row in session.scalars(query)]


def of_incident(session: Session, actor: Actor, incident_id: int) -> list[tuple[Notice, str]]:
    """Those about it that this person may see, with the names of their destinations, oldest first."""
    query = (
        select(NoticeRow, DestinationRow.name)
        .join(DestinationRow, DestinationRow.id == NoticeRow.destination_id)
        .where(NoticeRow.incident_id == incident_id)
        .order_by(NoticeRow.id)
    )
    if not may(actor, Action.MANAGE_ALERTS):
        query = query.where(DestinationRow.owner_id == actor.user_id)
    return [(_notice(row), name) for row, name in session.execute(query)]


def waiting(session: Session, destination_ids: Sequence[int]) -> dict[int, int]:
    """How many wait for each of them, where any do."""
    query = select(NoticeRow.destination_id, func.count()).group_by(NoticeRow.destination_id)
    found = session.execute(query.where(NoticeRow.state == WAITING, NoticeRow.destination_id.in_(destination_ids)))
    return {row[0]: row[1] for row in found}


def _wants(session: Session, row: DestinationRow, change: Change) -> bool:
    if row.app_id is not None and row.app_id != change.app_id:
        return False
    rule_ids = json.loads(row.rules)
    if rule_ids and change.rule_id not in rule_ids:
        return False
    owner = destinations.owner_of(session, row.owner_id)
    return owner is not None and destinations.may_see(session, owner, change.app_id)


def _make_way(session: Session, destination_id: int, now: float) -> None:
    waits = (NoticeRow.destination_id == destination_id, NoticeRow.state == WAITING)
    count = session.scalar(select(func.count()).select_from(NoticeRow).where(*waits)) or 0
    if count >= MOST_WAITING:
        for notice in _waiting(session, destination_id, count - MOST_WAITING + 1):
            _end(notice, f"{MOST_WAITING} newer ones waited.", now)


def _waiting(session: Session, destination_id: int, limit: int) -> list[NoticeRow]:
    query = select(NoticeRow).where(NoticeRow.destination_id == destination_id, NoticeRow.state == WAITING)
    return list(session.scalars(query.order_by(NoticeRow.id).limit(limit)))


def _those_still_theirs(session: Session, owner: Actor | None, rows: list[NoticeRow], now: float) -> list[NoticeRow]:
    """What the owner may not see any more is given up."""
    kept = []
    for row in rows:
        if owner is not None and destinations.may_see(session, owner, row.app_id):
            kept.append(row)
        else:
            _end(row, "The owner of the destination may not see this any more.", now)
    return kept


def _end(row: NoticeRow, reason: str, now: float) -> None:
    row.state, row.reason, row.ended_at = GIVEN_UP, reason, now


def _notice(row: NoticeRow) -> Notice:
    return Notice(
        id=row.id,
        destination_id=row.destination_id,
        incident_id=row.incident_id,
        turn=Turn(row.turn),
        title=row.title,
        queued_at=row.queued_at,
        state=row.state,
        attempts=row.attempts,
        reason=row.reason,
        ended_at=row.ended_at,
    )
