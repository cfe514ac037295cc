"""Alerts as REST tells of them."""

from typing import Any

from paas.alerts.destinations import Destination
from paas.alerts.incidents import Incident
from paas.alerts.notices import Notice
from paas.alerts.rules import FIELDS, Rule
from paas.web.times import iso


def destination_shape(each: Destination, waiting: int) -> dict[str, Any]:
    """Without its address, which is shown to nobody."""
    return {
        "id": each.id,
        "name": each.name,
        "service": each.service,
        "owner": each.owner or None,
        "app": each.app_name or None,
        "rules": list(each.rule_ids),
        "enabled": each.is_on,
        "created_at": iso(each.created_at),
        "last_sent_at": _moment(each.last_sent_at),
        "last_error": each.last_error,
        "waiting": waiting,
    }


def notice_shape(each: Notice) -> dict[str, Any]:
    return {
        "id": each.id,
        "incident": each.incident_id,
        "turn": each.turn.value,
        "title": each.title,
        "queued_at": iso(each.queued_at),
        "state": each.state,
        "attempts": each.attempts,
        "reason": each.reason,
        "ended_at": _moment(each.ended_at),
    }


def rule_shape(rule: Rule, app_name: str | None) -> dict[str, Any]:
    """With what its kind uses, and nothing else."""
    used = {name: getattr(rule, name) for name in FIELDS[rule.kind]}
    return {
        "id": rule.id,
        "name": rule.name,
        "kind": rule.kind.value,
        "about": rule.about.value,
        "app": app_name,
        **used,
        "cooldown_minutes": rule.cooldown_minutes,
        "enabled": rule.is_on,
        "silent_until": _moment(rule.silent_until),
    }


def incident_shape(each: Incident, app_name: str | None) -> dict[str, Any]:
    return {
        "id": each.id,
        "state": "firing" if each.is_open else "recovered",
        "rule": each.rule_id,
        "rule_name": each.rule_name,
        "kind": each.kind.value,
        "subject": each.subject,
        "app": app_name,
        "began_at": iso(each.began_at),
        "fired_at": iso(each.fired_at),
        "recovered_at": _moment(each.recovered_at),
        "value": each.value,
        "text": each.text,
        "times": each.times,
    }


def _moment(at: float | None) -> str | None:
    return iso(at) if at is not None else None
