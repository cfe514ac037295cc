"""Alerts, rules and destinations as the pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from paas.alerts import rules, wording
from paas.alerts.destinations import Destination
from paas.alerts.incidents import Incident
from paas.alerts.notices import GIVEN_UP, SENT, WAITING, Notice
from paas.alerts.rules import About, Kind, Rule
from paas.alerts.words import duration, figure
from paas.web.times import ago, iso

MACHINE = "The machine"
NOTICE_WORDS = {WAITING: "waiting", SENT: "sent", GIVEN_UP: "given up"}

SAYS: Mapping[Kind, str] = {
    Kind.DIED: "A process ended by itself",
    Kind.OUT_OF_MEMORY: "A process was killed for want of memory",
    Kind.RESTART_LOOP: "{times} restarts within {minutes}",
    Kind.UNHEALTHY: "A health check fails for {minutes}",
    Kind.DEPLOYMENT_FAILED: "A deployment failed",
    Kind.DISK_FILLING: "A disk will be full within {hours}",
    Kind.LOG_PATTERN: "{times} lines within {minutes} match {pattern}",
}

Moment = tuple[str, str]
"""For ``time_ago``: the moment and how long ago it was."""


@dataclass(frozen=True)
class AlertRow:
    """``word`` is firing or recovered; ``lasted`` how long it did or does."""

    id: int
    url: str
    word: str
    rule_name: str
    rule_id: int | None
    where: str
    where_url: str
    text: str
    began: Moment
    over: Moment | None
    lasted: str
    times: int


@dataclass(frozen=True)
class RuleRow:
    """``word`` is firing, pending, silenced, off or ok."""

    rule: Rule
    word: str
    says: str
    about: str
    silent_until: str
    may_change: bool


@dataclass(frozen=True)
class DestinationRow:
    """``word`` is works, failing, off or unused; ``more`` says why or since when."""

    destination: Destination
    word: str
    more: str
    sent: Moment | None
    gets: str
    waiting: int


@dataclass(frozen=True)
class NoticeRow:
    notice: Notice
    word: str
    queued: Moment
    more: str


def alert_row(each: Incident, names: Mapping[int, str], now: float) -> AlertRow:
    where, where_url = _where(each.subject, names)
    end = each.recovered_at if each.recovered_at is not None else now
    return AlertRow(
        id=each.id,
        url=url_for("alerts.show", incident_id=each.id),
        word="firing" if each.is_open else "recovered",
        rule_name=each.rule_name,
        rule_id=each.rule_id,
        where=where,
        where_url=where_url,
        text=each.text,
        began=_moment(each.began_at, now),
        over=_moment(each.recovered_at, now) if each.recovered_at is not None else None,
        lasted=wording.lasted(end - each.began_at),
        times=each.times,
    )


def rule_row(
    rule: Rule, names: Mapping[int, str], states: Mapping[int, str], now: float, *, may_change: bool
) -> RuleRow:
    """``states`` is how rules stand that are not simply ok."""
    silent_until = rule.silent_until if rule.silent_until is not None and rule.silent_until > now else None
    word = states.get(rule.id, "ok")
    if not rule.is_on:
        word = "off"
    elif silent_until is not None:
        word = "silenced"
    return RuleRow(
        rule=rule,
        word=word,
        says=says(rule),
        about=about(rule, names),
        silent_until=wording.moment(silent_until) if silent_until is not None else "",
        may_change=may_change,
    )


def destination_row(each: Destination, waiting: int, now: float) -> DestinationRow:
    if not each.is_on:
        word, more = "off", ""
    elif not each.owner:
        word, more = "failing", "Its owner was removed. Change it, and it is yours."
    elif each.failures:
        word, more = "failing", each.last_error
    else:
        word, more = ("works", "") if each.last_sent_at is not None else ("unused", "Nothing was sent there yet.")
    return DestinationRow(
        destination=each,
        word=word,
        more=more,
        sent=_moment(each.last_sent_at, now) if each.last_sent_at is not None else None,
        gets=_gets(each),
        waiting=waiting,
    )


def notice_row(each: Notice, now: float) -> NoticeRow:
    tried = "" if each.attempts < 2 and each.state != WAITING else f"tried {each.attempts} times"
    more = ". ".join(filter(None, (tried if each.attempts else "", each.reason)))
    return NoticeRow(notice=each, word=NOTICE_WORDS[each.state], queued=_moment(each.queued_at, now), more=more)


def says(rule: Rule) -> str:
    """When it fires, in a line."""
    if rule.kind is Kind.METRIC:
        label = rules.metrics_of(rule.about)[rule.metric].label
        lasting = f" for {duration(rule.minutes * 60)}" if rule.minutes else ""
        return f"{label} {rule.direction} {figure(rule, rule.threshold)}{lasting}"
    return SAYS[rule.kind].format(
        minutes=duration(rule.minutes * 60),
        hours=duration(rule.hours * 3600),
        times=f"{rule.times:,}",
        pattern=rule.pattern,
    )


def about(rule: Rule, names: Mapping[int, str]) -> str:
    match rule.about:
        case About.MACHINE:
            return MACHINE
        case About.APPS:
            return "Every app"
        case About.APP:
            return names.get(rule.app_id or 0, "An app")


def _where(subject: str, names: Mapping[int, str]) -> tuple[str, str]:
    app_id = rules.app_of_subject(subject)
    if app_id is None:
        return wording.where(subject, "", MACHINE), url_for("monitoring.machine")
    name = names.get(app_id)
    if name is None:
        return "An app that was deleted", ""
    return wording.where(subject, name, MACHINE), url_for("monitoring.of_app", name=name)


def _gets(each: Destination) -> str:
    what = f"of {each.app_name}" if each.app_id is not None else "of everything that its owner may see"
    if not each.rule_ids:
        return f"All alerts {what}"
    return f"{len(each.rule_ids)} {'rule' if len(each.rule_ids) == 1 else 'rules'}, {what}"


def _moment(at: float, now: float) -> Moment:
    return iso(at), ago(at, now)
