"""The fields of a rule and of a destination in a form. What they may hold is decided in ``paas.alerts``; each error
stands at its field."""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from paas.alerts import given
from paas.alerts.rules import FIELDS, OF_APPS, OF_MACHINE, Direction, Kind, Rule, metrics_of
from paas.apps.given import memory_text
from paas.errors import Invalid, Problem

MACHINE, APPS, APP = "machine", "apps", "app:"

KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.METRIC: ("A figure", "CPU, memory, network or disk is above or below a value for a while."),
    Kind.DIED: ("A process died", "It ended, and nobody here has stopped it."),
    Kind.OUT_OF_MEMORY: ("Out of memory", "The kernel killed a process because its memory was used up."),
    Kind.RESTART_LOOP: ("Restarts again and again", "A process is restarted more often than it should be."),
    Kind.UNHEALTHY: ("Unhealthy", "The health check of a container fails for a while."),
    Kind.DEPLOYMENT_FAILED: ("A deployment failed", "The version before goes on running, and somebody should look."),
    Kind.DISK_FILLING: ("A disk fills up", "At its present pace a disk of the machine will be full soon."),
    Kind.LOG_PATTERN: ("Words in a log", "Lines of an app's log match a pattern too often."),
}
MINUTES = {
    Kind.METRIC: "For how many minutes",
    Kind.UNHEALTHY: "For how many minutes",
    Kind.RESTART_LOOP: "Within how many minutes",
    Kind.LOG_PATTERN: "Within how many minutes",
    Kind.DIED: "Over after how many minutes without another",
    Kind.OUT_OF_MEMORY: "Over after how many minutes without another",
}
TIMES = {Kind.RESTART_LOOP: "Restarts", Kind.LOG_PATTERN: "Lines"}
OF_MACHINE_ALONE = (Kind.DISK_FILLING,)
OF_BOTH = (Kind.METRIC, Kind.DISK_FILLING)
HOURS = {"1": "an hour", "8": "8 hours", "24": "24 hours", "until": "until a moment"}


class AlertForm(FlaskForm):  # type: ignore[misc]
    """Puts what the domain has against it where it belongs."""

    ELSEWHERE: Mapping[str, str] = {}

    def refuse(self, problem: Problem) -> None:
        name = self.ELSEWHERE.get(problem.field, problem.field)
        if name and name in self:
            self[name].errors = [*self[name].errors, problem.message]
        else:
            self.form_errors.append(problem.message)


class RuleForm(AlertForm):
    """Those of every kind; ``fields_of`` says which are used."""

    ELSEWHERE: Mapping[str, str] = {"app": "about"}

    name = StringField("Name")
    about = SelectField("What is watched", validate_choice=False)
    metric = SelectField("Figure", validate_choice=False)
    direction = SelectField("Is", choices=[each.value for each in Direction], validate_choice=False)
    threshold = StringField("Threshold")
    minutes = StringField("Minutes")
    times = StringField("Times")
    hours = StringField("Within how many hours")
    pattern = StringField("Pattern")
    cooldown_minutes = StringField("Not told again within minutes")

    def prepare(self, kind: Kind, places: Iterable[tuple[str, str]]) -> None:
        """Its words and choices, for rules of this kind."""
        self.about.choices = list(places)
        self.metric.choices = [(name, each.label) for name, each in {**OF_APPS, **OF_MACHINE}.items()]
        self.minutes.label.text = MINUTES.get(kind, "Minutes")
        self.times.label.text = TIMES.get(kind, "Times")
        if kind is Kind.METRIC:
            self.metric.choices = _metrics()

    def fields_of(self, kind: Kind) -> dict[str, Any]:
        """What was typed, as fields of ``rules.Wanted``; Invalid for what cannot be read."""
        names = ("name", *FIELDS[kind], "cooldown_minutes")
        return given.fields({name: self[name].data or "" for name in names})

    @classmethod
    def of(cls, rule: Rule) -> "RuleForm":
        texts = {name: _plain(getattr(rule, name)) for name in ("minutes", "times", "hours", "cooldown_minutes")}
        return cls(
            data={
                "name": rule.name,
                "metric": rule.metric,
                "direction": rule.direction.value,
                "threshold": threshold_text(rule),
                "pattern": rule.pattern,
            }
            | texts
        )


class DestinationForm(AlertForm):
    """``rules`` are ids as texts; none ticked means all."""

    ELSEWHERE: Mapping[str, str] = {}

    name = StringField("Name")
    url = StringField("Address")
    app = SelectField("Alerts of", validate_choice=False)
    rules = SelectMultipleField(
        "Of these rules alone",
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def prepare(self, apps: Iterable[str], rules: Iterable[Rule]) -> None:
        self.app.choices = [("", "everything I may see"), *((name, name) for name in apps)]
        self.rules.choices = [(str(rule.id), rule.name) for rule in rules]

    def rule_ids(self) -> tuple[int, ...]:
        chosen = self.rules.data or []
        if not all(each.isascii() and each.isdigit() and len(each) < 10 for each in chosen):
            raise Invalid("There is no such rule.", field="rules")
        return tuple(map(int, chosen))


def threshold_text(rule: Rule) -> str:
    """As it can be typed again, exactly."""
    if rule.kind is not Kind.METRIC:
        return ""
    unit = metrics_of(rule.about)[rule.metric].unit
    if unit.startswith("bytes") and rule.threshold == int(rule.threshold):
        return memory_text(int(rule.threshold)) or "0"
    return _plain(rule.threshold)


def until(choice: str, typed: str) -> float | None:
    """The end of a silence that was chosen, in seconds since 1970; None ends the one that there is. A moment that was
    typed counts before the hours."""
    if choice == "end":
        return None
    if choice in HOURS and choice != "until" and not typed.strip():
        return time.time() + int(choice) * 3600
    try:
        found = datetime.fromisoformat(typed.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        message = f"Give the end of the silence as a moment such as 2026-11-21T22:00, in UTC, not {typed[:80]!r}."
        raise Invalid(message, field="until") from None


def _metrics() -> list[tuple[str, str]]:
    both = [(name, each.label) for name, each in OF_APPS.items() if name in OF_MACHINE]
    machine = [(name, f"{each.label} (the machine's)") for name, each in OF_MACHINE.items() if name not in OF_APPS]
    apps = [(name, f"{each.label} (of apps)") for name, each in OF_APPS.items() if name not in OF_MACHINE]
    return [*both, *machine, *apps]


def _plain(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"
