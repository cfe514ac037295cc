"""When a disk is said to be full soon: by lines, noise and the two together."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.alerts import trend
from paas.alerts.trend import APART_SECONDS, MOST_POINTS, Filling, seconds_until_full

GB = 1024**3
TOTAL = 100.0 * GB
HOUR = 3_600.0


def line(per_hour, count=MOST_POINTS, start=50 * GB):
    return [(number * APART_SECONDS, start + per_hour * number * APART_SECONDS / HOUR) for number in range(count)]


@pytest.mark.parametrize("per_hour", [0.1 * GB, GB, 20 * GB])
def test_steady_growth_is_full_when_the_line_says(per_hour):
    points = line(per_hour)
    left = TOTAL - points[-1][1]
    assert seconds_until_full(points, TOTAL) == pytest.approx(left / per_hour * HOUR, rel=0.05)


@pytest.mark.parametrize("per_hour", [0.0, -GB])
def test_what_stays_or_shrinks_is_never_full(per_hour):
    assert seconds_until_full(line(per_hour), TOTAL) is None


def test_a_quarter_of_wild_points_does_not_move_it():
    points, wild = line(GB), random.Random(7)
    for index in wild.sample(range(len(points) - 3), len(points) // 4):
        points[index] = (points[index][0], wild.choice([1.0, 99.0]) * GB)
    left = TOTAL - points[-1][1]
    assert seconds_until_full(points, TOTAL) == pytest.approx(left / GB * HOUR, rel=0.25)


def test_a_build_that_comes_and_goes_is_no_trend():
    points = [(at, used + (15 * GB if 20 <= number < 30 else 0)) for number, (at, used) in enumerate(line(0.0))]
    assert seconds_until_full(points, TOTAL) is None


@given(st.integers(0, 2**32))
def test_noise_is_no_trend(seed):
    noise = random.Random(seed)
    points = [(at, used + noise.gauss(0, GB)) for at, used in line(0.0)]
    assert seconds_until_full(points, TOTAL) is None


def test_disk_that_is_full_is_full_now():
    points = [(at, min(used, TOTAL)) for at, used in line(20 * GB, start=80 * GB)]
    assert seconds_until_full(points, TOTAL) == 0.0


def test_little_is_not_enough_to_tell():
    filling = Filling()
    for at, used in line(GB, count=trend.FEWEST_POINTS):
        filling.take(at, used, TOTAL)
    assert (filling.is_known, filling.seconds) == (False, None)


def test_readings_in_between_are_passed_over_and_another_disk_begins_anew():
    filling = Filling()
    for at, used in line(GB):
        for late in (0.0, 1.0, 60.0):
            filling.take(at + late, used, TOTAL)
    assert filling.is_known
    assert filling.seconds == pytest.approx(48 * HOUR, rel=0.05)
    filling.take(10_000.0, 1.0, 2 * TOTAL)
    assert (filling.is_known, filling.seconds) == (False, None)
