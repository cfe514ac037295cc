"""Charts: the right tier for each range, no more points than asked for, and gaps that stay gaps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.metrics.charts import chart, grid
from paas.metrics.packing import pack
from paas.metrics.rollup import DAY, HOUR, MINUTE, Summary

NOW = 1_800_000_007.5


@pytest.mark.parametrize(
    ("range_seconds", "tier_step", "step"),
    [
        (15 * MINUTE, 10, 10),
        (HOUR, 10, 10),
        (2 * HOUR, 10, 20),
        (6 * HOUR, 60, 60),
        (DAY, 60, 180),
        (7 * DAY, 600, 1800),
        (30 * DAY, 3600, 7200),
        (365 * DAY, 3600, 18 * HOUR),
    ],
)
def test_range_is_drawn_of_the_finest_tier_that_reaches_back_so_far(range_seconds, tier_step, step):
    asked = grid(NOW - range_seconds, NOW, now=NOW, most=500)
    assert (asked.tier.step, asked.step) == (tier_step, step)
    assert asked.first <= NOW - range_seconds < asked.first + step
    assert asked.end - step < NOW <= asked.end


def test_a_short_time_long_ago_is_drawn_of_what_is_left_of_it():
    asked = grid(NOW - 5 * DAY, NOW - 5 * DAY + HOUR, now=NOW, most=500)
    assert (asked.tier.step, asked.step) == (600, 600)


@given(
    age=st.floats(min_value=0, max_value=40 * DAY),
    length=st.floats(min_value=0.001, max_value=40 * DAY),
    most=st.integers(2, 1000),
)
def test_there_are_never_more_points_than_asked_for_and_none_is_missing(age, length, most):
    start, end = NOW - age, NOW - age + length
    asked = grid(start, end, now=NOW, most=most)
    assert 1 <= asked.size <= most
    assert asked.step % asked.tier.step == 0
    assert asked.first % asked.step == 0
    assert asked.first <= start
    assert asked.end >= end
    assert len(asked.times()) == asked.size


def test_gap_is_none_and_neighbours_are_put_together_by_weight():
    asked = grid(NOW - 2 * HOUR, NOW, now=NOW, most=500)
    first = asked.first
    points = [
        (first, {"cpu": Summary(10, 1, 2, 3)}),
        (first + 10, {"cpu": Summary(30, 0, 6, 9)}),
        (first + 40, {"cpu": Summary(10, 7, 7, 7), "memory": Summary(10, 5, 5, 5)}),
        (first - 10, {"cpu": Summary(10, 99, 99, 99)}),
        (asked.end, {"cpu": Summary(10, 99, 99, 99)}),
    ]
    drawn = chart(asked, [(at, pack(point)) for at, point in points], ["cpu", "memory"], end=NOW)
    assert drawn.step_seconds == 20
    assert drawn.series["cpu"].mean[:4] == [5, None, 7, None]
    assert drawn.series["cpu"].min[:4] == [0, None, 7, None]
    assert drawn.series["cpu"].max[:4] == [9, None, 7, None]
    assert drawn.series["memory"].mean[:4] == [None, None, 5, None]
    assert {len(numbers) for band in drawn.series.values() for numbers in band} == {len(drawn.times)}
    assert not any(drawn.series["cpu"].mean[4:])
