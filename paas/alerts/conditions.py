"""What each rule finds, by what is known at one moment. Pure.

Only what is worth a word is returned: a subject that is well, and was, is passed over, as nearly all are at nearly
every moment."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from paas.alerts import rules, words
from paas.alerts.lives import Life
from paas.alerts.rules import HOST, About, Direction, Kind, Rule
from paas.alerts.states import Reading, Timing
from paas.alerts.trend import Filling

MOST_CLEAR_SECONDS = 120.0
"""A metric must be on the right side again for as long as it had to be on the wrong one, but no longer than this."""

DOWN_SECONDS = 15.0
"""A process that has ended at somebody's wish is given so long to come back."""

FILLING = Timing(600.0, 1_800.0, 0.0)
"""A trend has to last, and to be gone for a while: the last points of a line wander."""

OF_PROCESSES = frozenset({"memory_percent"})
"""Measured for each process of an app: beside a large limit that is hardly used, a small one that is full would not be
seen in the sum."""


class Finding(NamedTuple):
    """``text`` is the sentence for people, where ``words.metric`` would not do: of what is wrong, or was just now."""

    reading: Reading
    value: float | None = None
    text: str = ""


class Outcome(NamedTuple):
    """How an app's last deployment ended; ``has_failed`` is None where that says nothing of the app (it was cancelled).
    Seconds since 1970."""

    number: int
    has_failed: bool | None
    reason: str
    at: float


class Disk(NamedTuple):
    """``what`` is on it, in words."""

    what: str
    filling: Filling
    percent: float


class Counted(NamedTuple):
    """How many lines matched within the time that the rule asks; ``is_fresh`` when one of them is new."""

    times: int
    is_fresh: bool


@dataclass(frozen=True)
class Facts:
    """All that is known at one moment. Where not ``is_engine_known``, nobody knows what becomes of containers."""

    at: float
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    is_engine_known: bool = True
    stale_apps: frozenset[int] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)
    lives: Mapping[str, Life] = field(default_factory=dict)
    deployments: Mapping[int, Outcome] = field(default_factory=dict)
    disks: tuple[Disk, ...] = ()
    counted: Callable[[Rule, int], Counted | None] = lambda _rule, _app_id: None
    tells_of_memory: Callable[[int], bool] = lambda _app_id: False
    """Whether a rule that is on tells of this app that it ran out of memory, so that others need not."""
    is_silent: Callable[[Rule, int | None], bool] = lambda _rule, _app_id: False
    """Whether nobody is to be told of what this rule finds there."""

    @cached_property
    def measured(self) -> Mapping[int, list[str]]:
        """The subjects that were measured, by how many slashes they have: those of apps one, of their processes two."""
        found: dict[int, list[str]] = {0: [], 1: [], 2: []}
        for subject in self.figures:
            if subject == HOST or subject.startswith("app/"):
                found[min(subject.count("/"), 2)].append(subject)
        return found

    @cached_property
    def eventful(self) -> Mapping[str, Life]:
        """The processes of which there is anything to say."""
        return {subject: life for subject, life in self.lives.items() if not life.is_quiet}

    def name(self, app_id: int | None) -> str:
        return words.MACHINE if app_id is None else self.names.get(app_id, f"App {app_id}")

    def missing(self, subject: str) -> Reading:
        """What is known of a subject that is not there."""
        app_id = rules.app_of_subject(subject)
        if app_id is None or not self.is_engine_known or app_id in self.stale_apps:
            return Reading.UNKNOWN
        return Reading.GONE


def timing(rule: Rule) -> Timing:
    """How long it must hold, and be clear; and the cooldown."""
    seconds, cooldown = rule.minutes * 60, rule.cooldown_minutes * 60
    match rule.kind:
        case Kind.METRIC | Kind.UNHEALTHY:
            return Timing(seconds, min(seconds, MOST_CLEAR_SECONDS), cooldown)
        case Kind.DISK_FILLING:
            return FILLING._replace(cooldown_seconds=cooldown)
        case Kind.DEPLOYMENT_FAILED:
            return Timing(0, 0, cooldown)
    return Timing(0, seconds, cooldown)


def findings(rule: Rule, facts: Facts, kept: Collection[str]) -> Iterator[tuple[str, Finding]]:
    """By subject. Of one that is not ``kept``, which means that the rule has found something there, it tells only what
    is wrong; a subject that it does not name at all is not there."""
    match rule.kind:
        case Kind.METRIC:
            yield from _metric(rule, facts, kept)
        case Kind.DISK_FILLING:
            yield HOST, _filling(rule, facts)
        case Kind.DEPLOYMENT_FAILED:
            yield from _deployments(rule, facts)
        case Kind.LOG_PATTERN:
            yield from _patterns(rule, facts, kept)
        case _:
            yield from _lives(rule, facts, kept)


def _metric(rule: Rule, facts: Facts, kept: Collection[str]) -> Iterator[tuple[str, Finding]]:
    metric, threshold, is_above = rule.metric, rule.threshold, rule.direction is Direction.ABOVE
    figures = facts.figures
    for subject in _measured(rule, facts):
        value = figures[subject].get(metric)
        if value is None:
            yield subject, Finding(Reading.UNKNOWN)
        elif value > threshold if is_above else value < threshold:
            yield subject, Finding(Reading.HOLDS, value)
        elif subject in kept:
            yield subject, Finding(Reading.CLEAR, value)


def _measured(rule: Rule, facts: Facts) -> Iterable[str]:
    if rule.about is About.MACHINE:
        return facts.measured[0]
    found = facts.measured[2 if rule.metric in OF_PROCESSES else 1]
    return found if rule.app_id is None else (each for each in found if rules.app_of_subject(each) == rule.app_id)


def _filling(rule: Rule, facts: Facts) -> Finding:
    known = [disk for disk in facts.disks if disk.filling.is_known]
    if not known:
        return Finding(Reading.UNKNOWN)
    soonest = min(known, key=lambda disk: _seconds(disk.filling))
    seconds = _seconds(soonest.filling)
    if seconds > rule.hours * 3600:
        return Finding(Reading.CLEAR)
    return Finding(Reading.HOLDS, seconds, words.disk_filling(soonest.what, seconds, soonest.percent))


def _seconds(filling: Filling) -> float:
    return float("inf") if filling.seconds is None else filling.seconds


def _deployments(rule: Rule, facts: Facts) -> Iterator[tuple[str, Finding]]:
    for app_id, outcome in facts.deployments.items():
        if not rules.is_about(rule, app_id) or outcome.at < rule.changed_at:
            continue
        if outcome.has_failed is None:
            finding = Finding(Reading.UNKNOWN)
        elif outcome.has_failed:
            text = words.deployment_failed(facts.name(app_id), outcome.number, outcome.reason)
            finding = Finding(Reading.HOLDS, None, text)
        else:
            finding = Finding(Reading.CLEAR)
        yield rules.subject_of_app(app_id), finding


def _patterns(rule: Rule, facts: Facts, kept: Collection[str]) -> Iterator[tuple[str, Finding]]:
    for app_id in facts.names:
        subject = rules.subject_of_app(app_id)
        if not rules.is_about(rule, app_id):
            continue
        counted = facts.counted(rule, app_id)
        if counted is None:
            yield subject, Finding(Reading.UNKNOWN)
        elif counted.is_fresh and counted.times >= rule.times:
            text = words.log_pattern(rule, facts.name(app_id), counted.times)
            yield subject, Finding(Reading.HOLDS, float(counted.times), text)
        elif subject in kept:
            yield subject, Finding(Reading.CLEAR, float(counted.times))


def _lives(rule: Rule, facts: Facts, kept: Collection[str]) -> Iterator[tuple[str, Finding]]:
    judge = _OF_LIVES[rule.kind]
    for subject, life in (facts.lives if kept else facts.eventful).items():
        if not rules.is_about(rule, rules.app_of_subject(subject)):
            continue
        finding = judge(rule, life, facts) if facts.is_engine_known else Finding(Reading.UNKNOWN)
        if finding.reading is not Reading.CLEAR or subject in kept:
            yield subject, finding


def _died(rule: Rule, life: Life, facts: Facts) -> Finding:
    deaths = life.deaths(rule.changed_at)
    is_told = (life.out_of_memory or any(end.out_of_memory for end in deaths)) and facts.tells_of_memory(_app(life))
    deaths = [end for end in deaths if not (end.out_of_memory and is_told)]
    if deaths:
        return Finding(Reading.HOLDS, None, _death(life, facts, deaths[-1].code))
    if life.is_running:
        crashes = life.crashes(rule.changed_at)
        return Finding(Reading.CLEAR, None, _death(life, facts, crashes[-1].code) if crashes else "")
    if life.was_stopped or life.since < rule.changed_at:
        return Finding(Reading.GONE)
    is_for_long = life.down_since is not None and facts.at - life.down_since >= DOWN_SECONDS
    if life.is_restarting or (life.out_of_memory and is_told) or not is_for_long:
        return Finding(Reading.UNKNOWN)
    if life.last_end is not None and life.last_end.is_crash:
        return Finding(Reading.HOLDS, None, _death(life, facts, life.last_end.code))
    return Finding(Reading.HOLDS, None, words.stopped_elsewhere(_who(life, facts), _process(life), life.code))


def _death(life: Life, facts: Facts, code: int | None) -> str:
    return words.died(_who(life, facts), _process(life), code=code, is_running=life.is_running)


def _out_of_memory(rule: Rule, life: Life, facts: Facts) -> Finding:
    since = max(facts.at - rule.minutes * 60, rule.changed_at)
    kills = life.kills(since)
    if not kills:
        return _afterwards(life)
    text = words.out_of_memory(
        _who(life, facts),
        _process(life),
        limit_bytes=life.limit_bytes,
        restarts=life.restarts(since),
        is_running=life.is_running,
        has_ended=kills[-1].has_ended,
    )
    is_new = any(end.out_of_memory and end.at >= rule.changed_at for end in life.fresh)
    return Finding(Reading.HOLDS if is_new else _afterwards(life).reading, None, text)


def _restart_loop(rule: Rule, life: Life, facts: Facts) -> Finding:
    since = max(facts.at - rule.minutes * 60, rule.changed_at)
    is_new = bool(life.deaths(rule.changed_at)) or life.has_restarted
    if is_new and (times := life.restarts(since)) >= rule.times:
        code = life.crashes(since)[-1].code
        text = words.restart_loop(_who(life, facts), _process(life), times=times, minutes=rule.minutes, code=code)
        return Finding(Reading.HOLDS, float(times), text)
    return _afterwards(life)


def _unhealthy(rule: Rule, life: Life, facts: Facts) -> Finding:
    if life.is_running and life.health == "unhealthy":
        return Finding(Reading.HOLDS, None, words.unhealthy(rule, _who(life, facts), _process(life)))
    if life.is_running and life.health == "starting":
        return Finding(Reading.UNKNOWN)
    return _afterwards(life)


def _afterwards(life: Life) -> Finding:
    """Nothing new: it is well while it runs. What lies there after an end of its own is not well, nor anything else."""
    if life.is_running:
        return Finding(Reading.CLEAR)
    return Finding(Reading.GONE if life.was_stopped else Reading.UNKNOWN)


def _app(life: Life) -> int:
    return rules.app_of_subject(life.subject) or 0


def _who(life: Life, facts: Facts) -> str:
    return facts.name(_app(life))


def _process(life: Life) -> str:
    return rules.process_of_subject(life.subject)


_OF_LIVES = {
    Kind.DIED: _died,
    Kind.OUT_OF_MEMORY: _out_of_memory,
    Kind.RESTART_LOOP: _restart_loop,
    Kind.UNHEALTHY: _unhealthy,
}
