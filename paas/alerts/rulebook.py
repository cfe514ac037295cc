"""The rules that there are: made, changed, silenced and removed. Those of all apps and of the machine by admins, those
of one app by whoever may change it. Silence stops notices alone: incidents go on."""

import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may, require
from paas.alerts import incidents, rules
from paas.alerts.rules import CHANGEABLE, SETTINGS, About, Direction, Kind, Rule, Wanted
from paas.apps import catalogue
from paas.apps.app import App
from paas.errors import Conflict, Invalid, NotFound
from paas.logs.filters import LineFilter
from paas.storage.alert_tables import AlertRuleRow, AlertSilenceRow

MOST_OF_AN_APP, MOST_OF_ALL = 50, 200
LONGEST_SILENCE_SECONDS = 30 * 24 * 3600


def visible(session: Session, actor: Actor, app: App | None = None) -> list[Rule]:
    """Every rule that this person may see, by name; those that watch ``app`` alone where there is one. Rules about all
    apps are seen by everybody, as they may watch theirs."""
    apps = {app.id} if app is not None else {each.id for each in catalogue.visible(session, actor)}
    found = [_rule(row) for row in session.scalars(select(AlertRuleRow).order_by(AlertRuleRow.name, AlertRuleRow.id))]
    if app is not None:
        return [rule for rule in found if rules.is_about(rule, app.id)]
    return [rule for rule in found if _is_visible(rule, actor, apps)]


def find(session: Session, actor: Actor, rule_id: int) -> Rule:
    """The rule of this id; to somebody who may not see it, there is none."""
    row = session.get(AlertRuleRow, rule_id) if 0 < rule_id < 1 << 31 else None
    rule = None if row is None else _rule(row)
    if rule is None or not _is_visible(rule, actor, {app.id for app in catalogue.visible(session, actor)}):
        raise NotFound(f"There is no rule {rule_id}.")
    return rule


def may_change(session: Session, actor: Actor, rule: Wanted) -> bool:
    """Whether this person may make, change, silence or remove such a rule."""
    if rule.app_id is None:
        return may(actor, Action.MANAGE_ALERTS)
    return may(actor, Action.MANAGE_APP, catalogue.load(session, rule.app_id))


def create(session: Session, actor: Actor, wanted: Wanted) -> Rule:
    """A new rule; Invalid for what cannot be, Conflict when there are too many."""
    _require(session, actor, wanted)
    wanted = _checked(wanted)
    _refuse_more(session, wanted)
    return insert(session, wanted)


def insert(session: Session, wanted: Wanted) -> Rule:
    """``create`` for what needs no questions: the rules that are there from the start."""
    row = AlertRuleRow(**_columns(wanted), changed_at=time.time())
    session.add(row)
    session.flush()
    return _rule(row)


def change(session: Session, actor: Actor, rule: Rule, **changes: Any) -> Rule:  # noqa: ANN401 - fields of Wanted
    """The rule with some of ``CHANGEABLE`` changed. What it has found so far is forgotten, unless only its name, its
    cooldown or nothing is another one."""
    _require(session, actor, rule)
    if unknown := sorted(set(changes) - CHANGEABLE):
        raise Invalid(f"{', '.join(unknown)} of a rule cannot be changed. Remove it and make another one.")
    row = _row(session, rule)
    before = {name: getattr(rule, name) for name in SETTINGS}
    columns = _columns(_checked(Wanted(**before | changes)))
    changed = {name for name, value in columns.items() if getattr(row, name) != value}
    for name in changed:
        setattr(row, name, columns[name])
    if changed - {"name", "cooldown_minutes"}:
        row.changed_at = time.time()
        incidents.forget(session, rule.id, "the rule was changed" if row.is_on else "the rule was turned off")
    session.flush()
    return _rule(row)


def remove(session: Session, actor: Actor, rule: Rule) -> None:
    """It watches no more; its incidents stay in the history, those that are open as over."""
    _require(session, actor, rule)
    incidents.forget(session, rule.id, "the rule was removed")
    session.delete(_row(session, rule))
    session.flush()


def silence(session: Session, actor: Actor, rule: Rule, until: float | None) -> Rule:
    """Tell nobody of what it finds until then, in seconds since 1970; None ends the silence. What still fires at its
    end is told then."""
    _require(session, actor, rule)
    row = _row(session, rule)
    row.silent_until = _checked_until(until)
    session.flush()
    return _rule(row)


def silence_app(session: Session, actor: Actor, app: App, until: float | None) -> float | None:
    """The same of whatever is found about an app, by every rule."""
    require(actor, Action.MANAGE_APP, app)
    until = _checked_until(until)
    row = session.get(AlertSilenceRow, app.id)
    if row is not None:
        session.delete(row)
        session.flush()
    if until is not None:
        session.add(AlertSilenceRow(app_id=app.id, until=until))
        session.flush()
    return until


def silence_of(session: Session, actor: Actor, app: App) -> float | None:
    """Until when nobody is told of this app; None where that is over."""
    require(actor, Action.SEE_APP, app)
    return silences(session).get(app.id)


def silences(session: Session) -> dict[int, float]:
    """Until when nobody is told of which app, for whom permission is no question."""
    live = select(AlertSilenceRow).where(AlertSilenceRow.until > time.time())
    return {row.app_id: row.until for row in session.scalars(live)}


def watched(session: Session) -> list[Rule]:
    """Every rule that is on, for whom permission is no question."""
    rows = session.scalars(select(AlertRuleRow).where(AlertRuleRow.is_on).order_by(AlertRuleRow.id))
    return [_rule(row) for row in rows]


def _require(session: Session, actor: Actor, rule: Wanted) -> None:
    if rule.app_id is None:
        require(actor, Action.MANAGE_ALERTS)
    else:
        require(actor, Action.MANAGE_APP, catalogue.load(session, rule.app_id))


def _is_visible(rule: Rule, actor: Actor, apps: set[int]) -> bool:
    match rule.about:
        case About.APP:
            return rule.app_id in apps
        case About.MACHINE:
            return may(actor, Action.SEE_CONTAINERS)
        case _:
            return may(actor, Action.MANAGE_ALERTS) or bool(apps)


def _checked(wanted: Wanted) -> Wanted:
    wanted = rules.check(wanted)
    try:
        LineFilter(regex=wanted.pattern)
    except Invalid as invalid:
        raise Invalid(invalid.message, field="pattern") from invalid
    return wanted


def _refuse_more(session: Session, wanted: Wanted) -> None:
    app_ids = list(session.scalars(select(AlertRuleRow.app_id)))
    if len(app_ids) >= MOST_OF_ALL or (wanted.app_id is not None and app_ids.count(wanted.app_id) >= MOST_OF_AN_APP):
        message = (
            f"There are {MOST_OF_AN_APP} rules at most about one app, and {MOST_OF_ALL} in all. Remove some first."
        )
        raise Conflict(message)


def _checked_until(until: float | None) -> float | None:
    now = time.time()
    if until is None or until <= now:
        return None
    if not until <= now + LONGEST_SILENCE_SECONDS:
        raise Invalid("A silence lasts 30 days at most. Turn the rule off instead.", field="until")
    return until


def _row(session: Session, rule: Rule) -> AlertRuleRow:
    row = session.get(AlertRuleRow, rule.id)
    if row is None:
        raise NotFound("This rule was removed.")
    return row


def _columns(wanted: Wanted) -> dict[str, Any]:
    columns = {name: getattr(wanted, name) for name in SETTINGS}
    return columns | {name: columns[name].value for name in ("kind", "about", "direction")}


def _rule(row: AlertRuleRow) -> Rule:
    values = {name: getattr(row, name) for name in (*SETTINGS, "id", "silent_until", "changed_at")}
    values |= {"kind": Kind(row.kind), "about": About(row.about), "direction": Direction(row.direction)}
    return Rule(**values)
