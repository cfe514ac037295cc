"""What becomes of a container's answers, told with the times at which they came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.metrics.meter import OVERDUE_SECONDS, Meter
from paas.metrics.readings import Rates
from tests.metrics.answers import NOT_RUNNING, answer


@pytest.fixture
def meter():
    meter = Meter()
    meter.ask(1000.0)
    return meter


def test_the_first_answer_has_nothing_to_be_compared_with(meter):
    assert meter.is_new
    meter.take(answer(100, busy=1), 1000.5)
    assert meter.usage is None
    assert not meter.is_new


def test_the_second_is_compared_with_the_first_and_rates_come_with_the_third(meter):
    meter.take(answer(100, busy=1, received=0), 1001.0)
    meter.take(answer(101, busy=1.5, received=500), 1002.0)
    assert (meter.usage.cpu_percent, meter.rates) == (50.0, None)
    meter.take(answer(103, busy=1.5, received=700), 1004.0)
    assert (meter.usage.cpu_percent, meter.rates) == (0.0, Rates(100.0, 0.0, 0.0, 0.0))


def test_a_pair_is_enough_for_figures(meter):
    meter.take(answer(101, busy=1.5, precpu_stats=answer(100, busy=1)["cpu_stats"]), 1002.0)
    assert meter.usage.cpu_percent == 50.0


def test_a_restart_within_a_second_gives_no_rates_below_nothing(meter):
    for moment, received in ((100, 0), (101, 900), (102, 5)):
        meter.take(answer(moment, busy=1, received=received), 900.0 + moment)
    assert meter.rates is None
    meter.take(answer(103, busy=1, received=25), 1003.0)
    assert meter.rates.network_received == 20.0


def test_after_a_while_without_answers_the_rate_is_that_of_the_whole_while(meter):
    meter.take(answer(100, received=0), 1000.0)
    meter.take(answer(101, received=100), 1001.0)
    meter.fail()
    meter.take(answer(161, received=700), 1061.0)
    assert meter.rates.network_received == 10.0


def test_of_a_container_that_ended_nothing_is_kept(meter):
    meter.take(answer(100), 1000.0)
    meter.take(answer(101), 1001.0)
    meter.take(NOT_RUNNING, 1002.0)
    assert meter.usage is None
    assert meter.is_new


def test_what_was_read_is_stale_when_the_next_answer_is_overdue(meter):
    meter.take(answer(100), 1000.0)
    assert not meter.is_stale(1000.0 + OVERDUE_SECONDS)
    assert meter.is_stale(1000.1 + OVERDUE_SECONDS)


def test_what_was_read_long_ago_counts_while_the_engine_is_asked_again(meter):
    meter.take(answer(100), 1000.0)
    meter.ask(1010.0)
    assert not meter.is_stale(1011.0)


def test_what_was_read_is_stale_as_soon_as_the_engine_has_failed(meter):
    meter.take(answer(100), 1000.0)
    meter.fail()
    assert meter.is_stale(1000.0)
    meter.ask(1001.0)
    assert meter.is_stale(1001.0), "to ask again is no answer"
    meter.take(answer(101), 1001.0)
    assert not meter.is_stale(1001.0)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["goes on", "is started anew", "does not run", "does not answer"]),
        st.floats(0.001, 100),  # seconds since the step before
        st.floats(0, 1),  # the share of a core that it used meanwhile
        st.integers(0, 10**9),  # bytes that it received meanwhile
    ),
    max_size=20,
)


@given(STEPS)
def test_whatever_happens_figures_are_those_of_what_was_used(steps):
    meter, now, busy, received = Meter(), 1000.0, 0.0, 0
    for what, seconds, share, fresh in steps:
        now += seconds
        meter.ask(now)
        if what == "does not answer":
            meter.fail()
            assert meter.is_stale(now)
            continue
        if what == "does not run":
            meter.take(NOT_RUNNING, now)
            busy = received = 0
            assert meter.usage is None
            continue
        if what == "is started anew":
            busy = received = 0
        busy, received = busy + seconds * share, received + fresh
        meter.take(answer(now, busy=busy, received=received), now)
        assert not meter.is_stale(now)
        assert meter.usage is None or 0 <= meter.usage.cpu_percent <= 101
        assert meter.rates is None or meter.rates.network_received >= 0
