"""When something fires and when it is over, by histories written as data and by generated ones."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from paas.alerts import states
from paas.alerts.change import Turn
from paas.alerts.states import GAP_SECONDS, NEW, Reading, Standing, State, Timing, step, tell, to_tell

READINGS = {"x": Reading.HOLDS, ".": Reading.CLEAR, "?": Reading.UNKNOWN, "-": Reading.GONE}
FIRED, OVER = Turn.FIRING, Turn.RECOVERED
TIMING = Timing(hold_seconds=60, clear_seconds=30, cooldown_seconds=300)
AT_ONCE = Timing(0, 0, 300)


def play(history, timing=TIMING, *, every=10.0, start=1_000.0, silent=lambda _at: False, standing=NEW):
    """The states one after the other, and what people were told: (seconds since the start, turn)."""
    seen, told = [], []
    for number, sign in enumerate(history):
        at = start + number * every
        standing = step(standing, READINGS[sign], at, timing)
        turn = to_tell(standing, at, timing.cooldown_seconds, is_silent=silent(at))
        if turn is not None:
            standing = tell(standing, turn, at)
            told.append((at - start, turn))
        seen.append(standing.state.value)
    return seen, told


@pytest.mark.parametrize(
    ("history", "told"),
    [
        ("." * 20, []),
        ("x" * 6, []),
        ("x" * 7, [(60, FIRED)]),
        ("xxx.xxxxxx.", []),
        ("xxx.xxxxxxx", [(100, FIRED)]),
        ("x" * 50, [(60, FIRED)]),
        ("x" * 7 + "...", [(60, FIRED)]),
        ("x" * 7 + "....", [(60, FIRED), (100, OVER)]),
        ("x" * 7 + "..x...x....", [(60, FIRED), (170, OVER)]),
        # What is not known changes nothing; a short gap is more of the same, after a long one the minutes begin anew.
        ("?" * 20, []),
        ("x" + "?" * 5 + "x", [(60, FIRED)]),
        ("x" + "?" * 9 + "x", []),
        ("x" + "?" * 9 + "xxxxxxx", [(160, FIRED)]),
        ("x" * 7 + "?" * 50 + "x", [(60, FIRED)]),
        ("x" * 7 + "." + "?" * 50 + "...", [(60, FIRED)]),
        ("x" * 7 + "." + "?" * 50 + "....", [(60, FIRED), (610, OVER)]),
        # What is gone is over, though not before it may have come back.
        ("x" * 7 + "-" * 9, [(60, FIRED)]),
        ("x" * 7 + "-" * 10, [(60, FIRED), (160, OVER)]),
        ("xxx-xxx", [(60, FIRED)]),
        ("-" * 30, []),
        # A return within the cooldown is told when that has passed, if it lasts.
        ("x" * 7 + "...." + "x" * 40, [(60, FIRED), (100, OVER), (360, FIRED)]),
        ("x" * 7 + "...." + "x" * 10 + "." * 40, [(60, FIRED), (100, OVER)]),
        ("x" * 7 + "." * 40 + "x" * 7, [(60, FIRED), (100, OVER), (530, FIRED)]),
    ],
)
def test_history_is_told_once(history, told):
    assert play(history)[1] == told


def test_states_are_gone_through_in_order():
    seen, _ = play("." + "x" * 7 + "." * 35)
    assert seen[:12] == ["ok", *["pending"] * 6, *["firing"] * 4, "recovered"]
    assert seen[-1] == "ok"


def test_what_needs_no_minutes_fires_and_ends_at_once():
    assert play("x.", AT_ONCE) == (["firing", "recovered"], [(0, FIRED), (10, OVER)])


def test_silence_puts_off_what_still_fires_and_swallows_what_is_over():
    until = 1_000 + 200

    def silent(at):
        return at < until

    assert play("x" * 30, silent=silent)[1] == [(200, FIRED)]
    assert play("x" * 7 + "." * 30, silent=silent)[1] == []
    assert play("x" * 30, silent=lambda at: at >= 1_100)[1] == [(60, FIRED)]
    assert play("x" * 10 + "." * 30, silent=lambda at: 1_070 <= at < until)[1] == [(60, FIRED), (200, OVER)]


def test_what_comes_and_goes_is_told_twice_however_long_it_does():
    """Ten seconds up, ten down, for an hour: it flaps, and is over once it was quiet for the cooldown."""
    told = play("x." * 180 + "." * 60, AT_ONCE)[1]
    assert told == [(0, FIRED), (10, OVER), (300, FIRED), (3580 + 310, OVER)]


@pytest.mark.parametrize("back", [1.0, 3_600.0, 86_400.0])
def test_clock_that_is_set_back_holds_nothing_up(back):
    pending = step(NEW, Reading.HOLDS, 100_000.0, TIMING)
    at = 100_000.0 - back
    for seconds in range(0, 70, 10):
        pending = step(pending, Reading.HOLDS, at + seconds, TIMING)
    assert pending.state is State.FIRING
    told = tell(pending, FIRED, 100_000.0)
    over = replace(told, state=State.RECOVERED, told=OVER.value, recovered_at=at + 60, since=at + 60)
    again = step(over, Reading.HOLDS, at + 70, AT_ONCE)
    assert to_tell(again, at + 70 + 301, 300) is FIRED


HISTORIES = st.lists(
    st.tuples(st.sampled_from("xxx.?-"), st.integers(1, 40)).map(lambda pair: pair[0] * pair[1]), max_size=30
).map("".join)


@given(HISTORIES, st.sampled_from([TIMING, AT_ONCE, Timing(300, 120, 0), Timing(30, 0, 1800)]), st.integers(1, 20))
def test_nobody_is_told_twice_nor_too_often(history, timing, every):
    seen, told = play(history, timing, every=every)
    assert [turn for _, turn in told] == [FIRED, OVER] * (len(told) // 2) + [FIRED] * (len(told) % 2)
    fired = [at for at, turn in told if turn is FIRED]
    assert all(later - earlier >= timing.cooldown_seconds for earlier, later in pairwise(fired))
    for before, state, sign in zip(["ok", *seen], seen, history, strict=False):
        if sign == "?":
            assert state == before
        if state == "firing" and before != "firing":
            assert sign == "x"
        if state == "recovered" and before == "firing":
            assert sign in ".-"


@given(HISTORIES, st.integers(1, 40))
@example("xxxx" + "?" * 87 + "x" * 60, 1)
@example("x" + "?" * 90 + "x" * 60, 1)
def test_it_fires_exactly_when_it_was_seen_to_hold_for_so_long(history, every):
    """Against the sentence itself: some stretch of readings, none of them clear and none further from the one before
    than a gap, from one that holds to one that holds, of at least that length."""
    seen, _ = play(history, every=every)
    stretches, began, last = [], None, None
    for number, sign in enumerate(history):
        at = number * every
        if last is not None and at - last > GAP_SECONDS and sign != "?":
            began = None
        if sign == ".":
            began = None
        elif sign == "x":
            began, last = (at if began is None else began), at
            stretches.append(at - began)
    assert ("firing" in seen) is any(length >= TIMING.hold_seconds for length in stretches)


@given(st.integers(7, 60), st.integers(4, 60), st.sets(st.integers(0, 120), max_size=5), st.integers(0, 8))
def test_it_fires_once_and_recovers_once_over_restarts_too(holding, clear, restarts, away):
    """The dashboard is away for up to eight readings, and knows afterwards only what it had written down."""
    standing, told, at = NEW, [], 1_000.0
    for number, reading in enumerate([Reading.HOLDS] * holding + [Reading.CLEAR] * clear):
        if number in restarts:
            standing = Standing(**{name: getattr(standing, name) for name in Standing.__slots__})
            at += away * 10.0
        at += 10.0
        standing = step(standing, reading, at, TIMING)
        turn = to_tell(standing, at, TIMING.cooldown_seconds)
        if turn is not None:
            standing = tell(standing, turn, at)
            told.append(turn)
    assert told == [FIRED, OVER]


def test_what_is_quiet_costs_nothing():
    assert step(NEW, Reading.CLEAR, 1.0, TIMING) is NEW
    assert step(NEW, Reading.GONE, 1.0, TIMING) is NEW
    assert states.NEW.is_idle
