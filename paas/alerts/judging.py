"""Puts together what the rules find with how they stood: what has changed, and what people are to be told. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paas.alerts import conditions, rules, words
from paas.alerts.change import Turn
from paas.alerts.conditions import Facts, Finding
from paas.alerts.rules import Kind, Rule
from paas.alerts.states import NEW, Reading, Standing, State, step, tell, to_tell


@dataclass(frozen=True, slots=True)
class Kept:
    """How a rule stands with a subject, the incident that it last made, and what it said last."""

    standing: Standing
    incident_id: int | None = None
    text: str = ""


Standings = Mapping[int, Mapping[str, Kept]]
"""Rule id -> subject -> how they stand; what is as new is not in it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One change. ``text`` is empty where what was said before still holds; ``turn`` is what people are to be told now,
    None for nothing. ``is_again``: it is the incident of before."""

    rule: Rule
    subject: str
    before: Kept
    after: Standing
    turn: Turn | None
    value: float | None
    text: str

    @property
    def app_id(self) -> int | None:
        return rules.app_of_subject(self.subject)

    @property
    def is_news(self) -> bool:
        """Whether it is more than that time has passed, and so to be kept at once."""
        return self.has_fired or self.is_over or self.turn is not None or bool(self.text)

    @property
    def has_fired(self) -> bool:
        return self.after.state is State.FIRING and self.before.standing.state is not State.FIRING

    @property
    def is_over(self) -> bool:
        return self.after.state is not State.FIRING and self.before.standing.state is State.FIRING

    @property
    def is_again(self) -> bool:
        return self.has_fired and self.after.flaps > 0 and self.before.incident_id is not None

    @property
    def began_at(self) -> float:
        """When what fires now began to be so."""
        was = self.before.standing
        return was.since if was.state is State.PENDING else self.after.since


def judge(found_by: Iterable[Rule], facts: Facts, standings: Standings) -> list[Verdict]:
    """All that changes by what is known now."""
    verdicts: list[Verdict | None] = []
    for rule in found_by:
        kept = standings.get(rule.id, {})
        found = dict(conditions.findings(rule, facts, kept))
        missing = {subject: Finding(facts.missing(subject)) for subject in kept.keys() - found.keys()}
        timing = conditions.timing(rule)
        for subject, finding in (found | missing).items():
            before = kept.get(subject) or Kept(NEW)
            after = step(before.standing, finding.reading, facts.at, timing)
            verdicts.append(_verdict((rule, subject, before), after, finding, facts))
    return [verdict for verdict in verdicts if verdict is not None]


def _verdict(of: tuple[Rule, str, Kept], after: Standing, finding: Finding, facts: Facts) -> Verdict | None:
    rule, subject, before = of
    turn = None
    if (after.state is State.FIRING) is not (after.told == Turn.FIRING):
        is_silent = facts.is_silent(rule, rules.app_of_subject(subject))
        turn = to_tell(after, facts.at, rule.cooldown_minutes * 60, is_silent=is_silent)
        after = after if turn is None else tell(after, turn, facts.at)
    if after is before.standing and (after.state is not State.FIRING or _is_said(rule, finding, before)):
        return None
    text = _text(rule, subject, finding, facts, (before, after))
    return Verdict(rule, subject, before, after, turn, finding.value, text)


def _is_said(rule: Rule, finding: Finding, before: Kept) -> bool:
    """Whether people know already. Lines are not counted on in public: a flood of them would be a flood of writing."""
    is_count = rule.kind is Kind.LOG_PATTERN and before.standing.state is State.FIRING
    return not finding.text or finding.text == before.text or is_count


def _text(rule: Rule, subject: str, finding: Finding, facts: Facts, change: tuple[Kept, Standing]) -> str:
    before, after = change
    was_firing, is_firing = before.standing.state is State.FIRING, after.state is State.FIRING
    who, process = facts.name(rules.app_of_subject(subject)), rules.process_of_subject(subject)
    if is_firing and finding.text:
        return "" if _is_said(rule, finding, before) else finding.text
    if is_firing and not was_firing:
        return words.metric(rule, f"{who}, {process}" if process else who, finding.value)
    if was_firing and not is_firing:
        is_gone = finding.reading is Reading.GONE
        return words.gone(who, process) if is_gone else words.over(rule, who, process, finding.value)
    return ""
