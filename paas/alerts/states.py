"""How a rule stands with one subject: ok, pending, firing, recovered; and when people are told. Pure.

- A rule that asks for N minutes is pending while they pass, and fires once it was seen to hold for all of them. One
  reading on the right side, and they begin anew.
- What fires is over once it was clear for as long as its rule asks of that.
- Missing data is neither: what is not known changes nothing, so what fires goes on firing and what is ok stays so. A
  pending rule takes a gap of up to ``GAP_SECONDS`` for more of the same (a restart of the dashboard, an engine that
  hangs for a minute); after a longer one its minutes begin anew. What is gone for good (a stopped app) is over after
  ``GAP_SECONDS``.
- Who was told that something fires is told of its end, once, and of its return not within the cooldown; if it fires
  still when that ends, then. Silence puts off in the same way.
- What fires again within the cooldown of its end is the same incident. From the third time on it flaps, and is over
  only after it was clear for a whole cooldown.
"""

from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import NamedTuple

from paas.alerts.change import Turn

GAP_SECONDS = 90.0
FLAPS = 2
"""So many returns, each within the cooldown of the end before, are flapping."""


class State(StrEnum):
    """``recovered`` is ok too: for one cooldown it says that there was something."""

    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"
    RECOVERED = "recovered"


class Reading(Enum):
    """What is known of a subject at one moment. ``GONE``: it is known that there is nothing to measure."""

    HOLDS = 1
    CLEAR = 2
    UNKNOWN = 3
    GONE = 4


class Timing(NamedTuple):
    """How long it must hold to fire, and be clear to be over; and the cooldown."""

    hold_seconds: float
    clear_seconds: float
    cooldown_seconds: float


@dataclass(frozen=True, slots=True)
class Standing:
    """Times are seconds since 1970. ``since`` is when ``state`` began, ``seen_at`` when it was last known to be so,
    ``told`` what people were told last (empty: nothing) and ``told_at`` when they last heard that it fires."""

    state: State = State.OK
    since: float = 0.0
    seen_at: float = 0.0
    clear_since: float | None = None
    recovered_at: float | None = None
    told: str = ""
    told_at: float | None = None
    flaps: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether it says no more than a new one would."""
        return self.state is State.OK and self.told_at is None and self.recovered_at is None


NEW = Standing()


def step(standing: Standing, reading: Reading, at: float, timing: Timing) -> Standing:
    """How it stands after this reading; the same object when nothing has changed."""
    if reading is Reading.UNKNOWN or (reading is not Reading.HOLDS and standing.is_idle):
        return standing
    standing = _on_this_clock(standing, at)
    if reading is Reading.HOLDS:
        return _hold(standing, at, timing)
    return _clear(standing, at, timing, is_gone=reading is Reading.GONE)


def to_tell(standing: Standing, at: float, cooldown_seconds: float, *, is_silent: bool = False) -> Turn | None:
    """What people are to be told now; None when they know, or are not to."""
    is_firing, was_told = standing.state is State.FIRING, standing.told == Turn.FIRING
    if is_silent or is_firing is was_told:
        return None
    if not is_firing:
        return Turn.RECOVERED
    is_too_soon = standing.told_at is not None and 0 <= at - standing.told_at < cooldown_seconds
    return None if is_too_soon else Turn.FIRING


def tell(standing: Standing, turn: Turn, at: float) -> Standing:
    """How it stands after people were told."""
    return replace(standing, told=turn.value, told_at=at if turn is Turn.FIRING else standing.told_at)


def _hold(standing: Standing, at: float, timing: Timing) -> Standing:
    if standing.state is State.FIRING:
        return _goes_on(standing, at)
    if standing.state is State.PENDING and not _is_gap(standing, at):
        return _goes_on(standing, at) if at - standing.since < timing.hold_seconds else _fire(standing, at, timing)
    if timing.hold_seconds <= 0:
        return _fire(replace(standing, since=at), at, timing)
    return replace(standing, state=State.PENDING, since=at, seen_at=at, clear_since=None)


def _goes_on(standing: Standing, at: float) -> Standing:
    return replace(standing, seen_at=at, clear_since=None)


def _fire(standing: Standing, at: float, timing: Timing) -> Standing:
    """``since`` was when it began to hold."""
    ended = standing.recovered_at
    is_back = ended is not None and standing.since - ended < timing.cooldown_seconds
    flaps = standing.flaps + 1 if is_back else 0
    return replace(standing, state=State.FIRING, since=at, seen_at=at, clear_since=None, flaps=flaps)


def _clear(standing: Standing, at: float, timing: Timing, *, is_gone: bool) -> Standing:
    match standing.state:
        case State.FIRING:
            return _clear_while_firing(standing, at, timing, is_gone=is_gone)
        case State.PENDING if is_gone and not _is_gap(standing, at):
            return standing  # it may be starting anew
        case State.PENDING:
            state = State.OK if standing.recovered_at is None else State.RECOVERED
            return replace(standing, state=state, since=at, seen_at=at)
    return _cooled_down(standing, at, timing.cooldown_seconds)


def _clear_while_firing(standing: Standing, at: float, timing: Timing, *, is_gone: bool) -> Standing:
    began = standing.clear_since
    if began is None or _is_gap(standing, at):
        began = at
    wanted = timing.cooldown_seconds if standing.flaps >= FLAPS else timing.clear_seconds
    if at - began < (max(wanted, GAP_SECONDS) if is_gone else wanted):
        return replace(standing, clear_since=began, seen_at=at)
    return replace(standing, state=State.RECOVERED, since=at, seen_at=at, clear_since=None, recovered_at=at)


def _cooled_down(standing: Standing, at: float, cooldown_seconds: float) -> Standing:
    """Ok and recovered differ for one cooldown, in which a return counts as one."""
    ended = standing.recovered_at
    is_cooling = ended is not None and at - ended < cooldown_seconds
    was_told_of_late = standing.told_at is not None and at - standing.told_at < cooldown_seconds
    if is_cooling or was_told_of_late or standing.told == Turn.FIRING:
        return standing
    return NEW


def _is_gap(standing: Standing, at: float) -> bool:
    return at - standing.seen_at > GAP_SECONDS


def _on_this_clock(standing: Standing, at: float) -> Standing:
    """After a clock was set back nothing lies in the future, where it would hold everything up until then."""
    if at >= standing.seen_at and at >= standing.since and at >= (standing.told_at or 0.0):
        return standing  # the others are no later than these
    times = (standing.since, standing.seen_at, standing.clear_since, standing.recovered_at, standing.told_at)
    since, seen_at, clear_since, recovered_at, told_at = (None if time is None else min(time, at) for time in times)
    return replace(
        standing,
        since=since or 0.0,
        seen_at=seen_at or 0.0,
        clear_since=clear_since,
        recovered_at=recovered_at,
        told_at=told_at,
    )
