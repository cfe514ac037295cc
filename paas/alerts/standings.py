"""How rules stand, as it is kept over a restart; and the incidents that change with it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Actor
from paas.alerts import incidents, rulebook, rules, words
from paas.alerts.change import Change, Turn
from paas.alerts.judging import Kept, Verdict
from paas.alerts.outbox import Outbox
from paas.alerts.states import Standing, State
from paas.storage.alert_tables import AlertRuleRow, AlertStateRow, IncidentRow
from paas.storage.tables import AppRow

NAMES = tuple(each.name for each in fields(Standing))


@dataclass(frozen=True)
class Shown:
    """How a rule stands with a subject, for people. ``since`` in seconds since 1970."""

    rule_id: int
    subject: str
    state: State
    since: float
    value: float | None
    incident_id: int | None


def visible(session: Session, actor: Actor) -> list[Shown]:
    """What is pending, fires or has just recovered, by every rule that this person may see, as far as it is about
    what they may see."""
    seen = {rule.id for rule in rulebook.visible(session, actor)}
    may_see = incidents.subjects_seen_by(session, actor)
    rows = session.scalars(select(AlertStateRow).where(AlertStateRow.rule_id.in_(seen)).order_by(AlertStateRow.since))
    return [
        Shown(row.rule_id, row.subject, State(row.state), row.since, row.value, row.incident_id)
        for row in rows
        if row.state != State.OK and rules.app_of_subject(row.subject) in may_see
    ]


def load(session: Session) -> dict[int, dict[str, Kept]]:
    found: dict[int, dict[str, Kept]] = defaultdict(dict)
    rows = select(AlertStateRow, IncidentRow.text).outerjoin(IncidentRow, IncidentRow.id == AlertStateRow.incident_id)
    for row, text in session.execute(rows):
        values = {name: getattr(row, name) for name in NAMES} | {"state": State(row.state)}
        found[row.rule_id][row.subject] = Kept(Standing(**values), row.incident_id, text or "")
    return dict(found)


def record(session: Session, verdicts: Iterable[Verdict], outbox: Outbox) -> dict[Verdict, Kept]:
    """Keep what is news, the incidents too, and queue what is to be told. Verdicts by a rule, or on an app, that is not
    what it was any more are left out."""
    kept: dict[Verdict, Kept] = {}
    for verdict in verdicts:
        if not _still_counts(session, verdict):
            continue
        incident = _incident(session, verdict)
        if verdict.turn is not None and incident is not None:
            outbox.notify(session, _change(verdict, incident))
        kept[verdict] = _kept(verdict, incident)
        keep(session, verdict.rule.id, verdict.subject, kept[verdict], value=verdict.value)
    return kept


def keep(session: Session, rule_id: int, subject: str, kept: Kept | None, *, value: float | None = None) -> None:
    """So it stands from now on, None for as new. What happened to a rule that was removed is passed over."""
    row = session.get(AlertStateRow, (rule_id, subject))
    if kept is None or kept.standing.is_idle:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        if session.get(AlertRuleRow, rule_id) is None:
            return
        row = AlertStateRow(rule_id=rule_id, subject=subject, value=value)
        session.add(row)
    for name in NAMES:
        setattr(row, name, getattr(kept.standing, name))
    row.state, row.incident_id = kept.standing.state.value, kept.incident_id
    row.value = row.value if value is None else value


def _still_counts(session: Session, verdict: Verdict) -> bool:
    rule = session.get(AlertRuleRow, verdict.rule.id)
    is_same = rule is not None and rule.is_on and rule.changed_at == verdict.rule.changed_at
    return is_same and (verdict.app_id is None or session.get(AppRow, verdict.app_id) is not None)


def _incident(session: Session, verdict: Verdict) -> IncidentRow | None:
    """The one that this is about, as it is now."""
    before = verdict.before.incident_id
    row = None if before is None else session.get(IncidentRow, before)
    if verdict.has_fired:
        if row is not None and verdict.is_again:
            row.times, row.recovered_at = row.times + 1, None
        else:
            row = _begun(session, verdict)
    if row is None:
        return None
    if verdict.is_over:
        row.recovered_at = verdict.after.since
    elif verdict.after.state is State.FIRING:
        row.text, row.value = verdict.text or row.text, row.value if verdict.value is None else verdict.value
    session.flush()
    return row


def _begun(session: Session, verdict: Verdict) -> IncidentRow:
    row = IncidentRow(
        rule_id=verdict.rule.id,
        rule_name=verdict.rule.name,
        kind=verdict.rule.kind.value,
        subject=verdict.subject,
        app_id=verdict.app_id,
        began_at=verdict.began_at,
        fired_at=verdict.after.since,
        recovered_at=None,
        value=verdict.value,
        text=verdict.text,
        times=1,
    )
    session.add(row)
    return row


def _kept(verdict: Verdict, incident: IncidentRow | None) -> Kept:
    if incident is None:
        return Kept(verdict.after)
    return Kept(verdict.after, incident.id, incident.text)


def _change(verdict: Verdict, incident: IncidentRow) -> Change:
    is_firing = verdict.turn is Turn.FIRING
    over = verdict.text or f"No longer so: {incident.text}"
    return Change(
        incident_id=incident.id,
        rule_id=verdict.rule.id,
        rule_name=verdict.rule.name,
        subject=verdict.subject,
        app_id=verdict.app_id,
        state=Turn.FIRING if is_firing else Turn.RECOVERED,
        at=incident.fired_at if is_firing else incident.recovered_at or verdict.after.since,
        text=incident.text if is_firing else over,
        value=words.figure(verdict.rule, verdict.value),
        since=incident.began_at,
    )
