"""What a rule can say, and what it may not. Pure.

A rule is about the machine, about every app, or about one. What it watches in each of these is a subject: ``host``,
``app/3``, or one process of an app, ``app/3/web.1``."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, NamedTuple

from paas.errors import Invalid

HOST = "host"
LONGEST_NAME, LONGEST_PATTERN = 80, 1_000
MOST_MINUTES, MOST_HOURS, MOST_TIMES = 7 * 24 * 60, 30 * 24, 100_000


class Kind(StrEnum):
    """What can go wrong."""

    METRIC = "metric"
    DIED = "died"
    OUT_OF_MEMORY = "out_of_memory"
    RESTART_LOOP = "restart_loop"
    UNHEALTHY = "unhealthy"
    DEPLOYMENT_FAILED = "deployment_failed"
    DISK_FILLING = "disk_filling"
    LOG_PATTERN = "log_pattern"


class About(StrEnum):
    """Whom a rule watches."""

    MACHINE = "machine"
    APPS = "apps"
    APP = "app"


class Direction(StrEnum):
    """On which side of its threshold a metric is wrong."""

    ABOVE = "above"
    BELOW = "below"


class Metric(NamedTuple):
    """``unit`` is %, bytes, bytes/s or empty for a plain number."""

    label: str
    unit: str


_BOTH = {
    "cpu": Metric("CPU", "%"),
    "memory": Metric("Memory", "bytes"),
    "memory_percent": Metric("Memory of its limit", "%"),
    "network_received": Metric("Network received", "bytes/s"),
    "network_sent": Metric("Network sent", "bytes/s"),
}
OF_MACHINE: Mapping[str, Metric] = _BOTH | {
    "memory_percent": Metric("Memory", "%"),
    "disk": Metric("Disk", "bytes"),
    "disk_percent": Metric("Disk", "%"),
    "load": Metric("Load over a minute", ""),
    "swap": Metric("Swap", "bytes"),
}
OF_APPS: Mapping[str, Metric] = _BOTH | {
    "block_read": Metric("Read from disk", "bytes/s"),
    "block_written": Metric("Written to disk", "bytes/s"),
    "pids": Metric("Processes and threads", ""),
}

FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.METRIC: ("metric", "direction", "threshold", "minutes"),
    Kind.DIED: ("minutes",),
    Kind.OUT_OF_MEMORY: ("minutes",),
    Kind.RESTART_LOOP: ("times", "minutes"),
    Kind.UNHEALTHY: ("minutes",),
    Kind.DEPLOYMENT_FAILED: (),
    Kind.DISK_FILLING: ("hours",),
    Kind.LOG_PATTERN: ("pattern", "times", "minutes"),
}
"""What a rule of each kind must be told. ``minutes`` is how long a metric has to be on the wrong side, or a container
unhealthy; within how long so many restarts or lines are too many; and after how long without another one it is over
that a container died, or ran out of memory."""

MAY_BE_ZERO = frozenset({Kind.METRIC, Kind.UNHEALTHY})
"""Of these, ``minutes`` 0 means at once."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants a rule to be; ``check`` says whether it can be. ``cpu`` of an app is in per cent of one core,
    sizes are in bytes. Who was told that something is wrong is told no more of the same within the cooldown."""

    name: str
    kind: Kind
    about: About = About.APPS
    app_id: int | None = None
    metric: str = ""
    direction: Direction = Direction.ABOVE
    threshold: float = 0.0
    minutes: float = 5.0
    times: int = 1
    hours: float = 24.0
    pattern: str = ""
    cooldown_minutes: float = 30.0
    is_on: bool = True


@dataclass(frozen=True, kw_only=True)
class Rule(Wanted):
    """What there is. Times are seconds since 1970; ``changed_at`` is when it became what it is now."""

    id: int
    silent_until: float | None = None
    changed_at: float = 0.0


SETTINGS = tuple(each.name for each in fields(Wanted))
CHANGEABLE = frozenset(SETTINGS) - {"kind", "about", "app_id"}
"""What may be changed of a rule once there is one."""

_UNUSED: Mapping[str, Any] = {each.name: each.default for each in fields(Wanted)}


def check(wanted: Wanted) -> Wanted:
    """It with what its kind does not use put back to nothing; Invalid names the field that cannot be."""
    name = wanted.name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A rule needs a name of at most {LONGEST_NAME} characters, in one line.", field="name")
    _check_about(wanted)
    used = FIELDS[wanted.kind]
    for field in used:
        _CHECKS[field](wanted)
    _between(wanted, "cooldown_minutes", MOST_MINUTES, is_zero_fine=True)
    unused: dict[str, Any] = {field: _UNUSED[field] for each in FIELDS.values() for field in each if field not in used}
    return replace(wanted, name=name, **unused)


def metrics_of(about: About) -> Mapping[str, Metric]:
    """What can be measured there."""
    return OF_MACHINE if about is About.MACHINE else OF_APPS


def subject_of_app(app_id: int, process: str = "") -> str:
    return f"app/{app_id}/{process}" if process else f"app/{app_id}"


def app_of_subject(subject: str) -> int | None:
    """None for the machine."""
    parts = subject.split("/")
    return int(parts[1]) if parts[0] == "app" else None


def process_of_subject(subject: str) -> str:
    """``web.1``; empty where the subject is no process."""
    return subject.split("/", 2)[2] if subject.count("/") >= 2 else ""


def is_about(rule: Wanted, app_id: int | None) -> bool:
    """Whether it watches this app; None is the machine."""
    if rule.about is About.APP:
        return rule.app_id == app_id
    return (rule.about is About.MACHINE) is (app_id is None)


def _check_about(wanted: Wanted) -> None:
    if (wanted.about is About.APP) is (wanted.app_id is None):
        raise Invalid("A rule about one app names the app, and no other rule does.", field="app")
    if wanted.kind is Kind.DISK_FILLING and wanted.about is not About.MACHINE:
        raise Invalid(
            "Only the machine's disks are watched as they fill. Make the rule about the machine.", field="about"
        )
    if wanted.kind not in (Kind.METRIC, Kind.DISK_FILLING) and wanted.about is About.MACHINE:
        raise Invalid(f"A rule of the kind {wanted.kind} is about apps, not about the machine.", field="about")


def _check_metric(wanted: Wanted) -> None:
    known = metrics_of(wanted.about)
    if wanted.metric not in known:
        message = f"metric must be one of {', '.join(known)}, not {wanted.metric[:80]!r}."
        raise Invalid(message, field="metric")


def _check_threshold(wanted: Wanted) -> None:
    if not math.isfinite(wanted.threshold) or not 0 <= wanted.threshold <= 1e18:
        raise Invalid("threshold must be a number from 0.", field="threshold")


def _check_minutes(wanted: Wanted) -> None:
    _between(wanted, "minutes", MOST_MINUTES, is_zero_fine=wanted.kind in MAY_BE_ZERO)


def _check_times(wanted: Wanted) -> None:
    if not 1 <= wanted.times <= MOST_TIMES:
        raise Invalid(f"times must be a whole number from 1 to {MOST_TIMES:,}.", field="times")


def _check_pattern(wanted: Wanted) -> None:
    if not wanted.pattern or len(wanted.pattern) > LONGEST_PATTERN or "\0" in wanted.pattern:
        raise Invalid(f"A rule about a log needs a pattern of at most {LONGEST_PATTERN:,} characters.", field="pattern")


def _between(wanted: Wanted, field: str, most: int, *, is_zero_fine: bool = False) -> None:
    value: float = getattr(wanted, field)
    if not (0 <= value <= most) or (value == 0 and not is_zero_fine):
        least = "from 0" if is_zero_fine else "over 0"
        raise Invalid(f"{field} must be a number {least}, at most {most:,}.", field=field)


_CHECKS = {
    "metric": _check_metric,
    "direction": lambda _wanted: None,
    "threshold": _check_threshold,
    "minutes": _check_minutes,
    "times": _check_times,
    "hours": lambda wanted: _between(wanted, "hours", MOST_HOURS),
    "pattern": _check_pattern,
}
