"""What has gone wrong and when it was over: the history of alerts. Kept for 90 days, and no more than ``MOST``."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may
from paas.alerts.rules import Kind
from paas.apps import catalogue
from paas.apps.app import App
from paas.errors import NotFound
from paas.storage.alert_tables import AlertStateRow, IncidentRow

KEPT_SECONDS = 90 * 24 * 3600
MOST = 20_000
"""About 8 MB. A rule that fires every minute would need two weeks to reach it, and its cooldown joins such ones."""


@dataclass(frozen=True)
class Incident:
    """Times are seconds since 1970: ``began_at`` when it began to be so, ``fired_at`` when it had been so for as long
    as the rule asks. ``recovered_at`` is None while it lasts. ``times`` counts how often it came back within the
    rule's cooldown and was taken for the same. ``rule_id`` is None once the rule was removed, ``app_id`` for the
    machine."""

    id: int
    rule_id: int | None
    rule_name: str
    kind: Kind
    subject: str
    app_id: int | None
    began_at: float
    fired_at: float
    recovered_at: float | None
    value: float | None
    text: str
    times: int

    @property
    def is_open(self) -> bool:
        return self.recovered_at is None


def visible(
    session: Session,
    actor: Actor,
    *,
    app: App | None = None,
    is_open: bool | None = None,
    rule_id: int | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Incident]:
    """The newest incidents that this person may see, newest first: of one app, by one rule, that last or are over,
    where asked for; ``before`` is the id that they come before."""
    query = select(IncidentRow).where(_seen_by(session, actor, app))
    if is_open is not None:
        query = query.where(IncidentRow.recovered_at.is_(None) if is_open else IncidentRow.recovered_at.is_not(None))
    if rule_id is not None:
        query = query.where(IncidentRow.rule_id == rule_id)
    if before is not None:
        query = query.where(IncidentRow.id < before)
    return [_incident(row) for row in session.scalars(query.order_by(IncidentRow.id.desc()).limit(limit))]


def count_open(session: Session, actor: Actor) -> int:
    """How many last that this person may see."""
    query = select(func.count()).select_from(IncidentRow)
    return session.scalar(query.where(IncidentRow.recovered_at.is_(None), _seen_by(session, actor, None))) or 0


def find(session: Session, actor: Actor, incident_id: int) -> Incident:
    """The incident of this id; to somebody who may not see it, there is none."""
    row = session.get(IncidentRow, incident_id) if 0 < incident_id < 1 << 31 else None
    if row is None or row.app_id not in subjects_seen_by(session, actor):
        raise NotFound(f"There is no incident {incident_id}.")
    return _incident(row)


def between(
    session: Session, app_ids: Iterable[int | None], start: float, end: float, *, most: int = 200
) -> list[Incident]:
    """Those of these apps (None: of the machine) that lasted at any time from ``start`` to ``end``, oldest first, the
    newest ``most``: for marks on charts. Whether somebody may see the apps is the door's to ask."""
    lasted = or_(IncidentRow.recovered_at.is_(None), IncidentRow.recovered_at >= start)
    query = select(IncidentRow).where(_of(set(app_ids)), IncidentRow.fired_at <= end, lasted)
    rows = session.scalars(query.order_by(IncidentRow.fired_at.desc()).limit(most)).all()
    return [_incident(row) for row in reversed(rows)]


def subjects_seen_by(session: Session, actor: Actor) -> set[int | None]:
    """The ids of the apps of which this person may see what is found; None among them for the machine."""
    apps: set[int | None] = {app.id for app in catalogue.visible(session, actor)}
    return apps | {None} if may(actor, Action.SEE_CONTAINERS) else apps


def forget(session: Session, rule_id: int, reason: str) -> None:
    """The rule begins anew, and nobody is told: what it had found that is not over yet, is."""
    still_open = update(IncidentRow).where(IncidentRow.rule_id == rule_id, IncidentRow.recovered_at.is_(None))
    session.execute(still_open.values(recovered_at=time.time(), text=IncidentRow.text + f" (over: {reason})"))
    session.execute(delete(AlertStateRow).where(AlertStateRow.rule_id == rule_id))


def sweep(session: Session, now: float) -> None:
    """Remove what is too old or too much; what lasts stays."""
    over = IncidentRow.recovered_at.is_not(None)
    session.execute(delete(IncidentRow).where(over, IncidentRow.fired_at < now - KEPT_SECONDS))
    oldest = select(IncidentRow.id).order_by(IncidentRow.id.desc()).offset(MOST).limit(1)
    oldest_id = session.scalar(oldest)
    if oldest_id is not None:
        session.execute(delete(IncidentRow).where(over, IncidentRow.id <= oldest_id))


def _seen_by(session: Session, actor: Actor, app: App | None) -> ColumnElement[bool]:
    seen = subjects_seen_by(session, actor)
    return _of(seen if app is None else seen & {app.id})


def _of(app_ids: set[int | None]) -> ColumnElement[bool]:
    apps = IncidentRow.app_id.in_([each for each in app_ids if each is not None])
    return or_(apps, IncidentRow.app_id.is_(None)) if None in app_ids else apps


def _incident(row: IncidentRow) -> Incident:
    return Incident(
        id=row.id,
        rule_id=row.rule_id,
        rule_name=row.rule_name,
        kind=Kind(row.kind),
        subject=row.subject,
        app_id=row.app_id,
        began_at=row.began_at,
        fired_at=row.fired_at,
        recovered_at=row.recovered_at,
        value=row.value,
        text=row.text,
        times=row.times,
    )
