"""Roll-ups: the mean of means is weighted, and rolling up twice is rolling up once."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.metrics.rollup import TIERS, Summary, interval, joined, of_sample, roll_up

values = st.floats(min_value=0, max_value=1e15)
weights = st.floats(min_value=0.1, max_value=10)
times = st.floats(min_value=0, max_value=4e9)
summaries = st.builds(of_sample, values, weights)
points = st.dictionaries(st.sampled_from(["cpu", "memory"]), summaries)
samples = st.lists(st.tuples(times, points), min_size=1, max_size=60)


def close(one, other):
    return all(math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6) for a, b in zip(one, other, strict=True))


def alike(one, other):
    """Roll-ups of the same intervals, metrics and numbers."""
    return one.keys() == other.keys() and all(
        one[began].keys() == other[began].keys()
        and all(close(one[began][metric], other[began][metric]) for metric in one[began])
        for began in one
    )


def test_mean_is_weighted_by_the_seconds_that_each_stands_for():
    minute = joined(Summary(50, 1, 2, 3), Summary(10, 0, 8, 9))
    assert minute == Summary(60, 0, 3, 9)


@given(st.lists(st.tuples(values, weights), min_size=1))
def test_summary_is_that_of_the_samples(given_samples):
    found = roll_up([(0, {"cpu": of_sample(*each)}) for each in given_samples], 10)[0]["cpu"]
    total = math.fsum(weight for _, weight in given_samples)
    mean = math.fsum(value * weight for value, weight in given_samples) / total
    only = [value for value, _ in given_samples]
    assert close(found, (total, min(only), mean, max(only)))
    assert found.min <= found.mean <= found.max


@given(samples)
def test_roll_up_of_roll_ups_is_the_roll_up_of_the_samples(given_samples):
    steps = [tier.step for tier in TIERS]
    rolled = roll_up(given_samples, steps[0])
    for step in steps[1:]:
        rolled = roll_up(rolled.items(), step)
        assert alike(rolled, roll_up(given_samples, step))


@given(samples, st.randoms())
def test_order_of_the_samples_does_not_matter(given_samples, chance):
    shuffled = list(given_samples)
    chance.shuffle(shuffled)
    assert alike(roll_up(given_samples, 600), roll_up(shuffled, 600))


@pytest.mark.parametrize(
    ("at", "step", "began"), [(0, 10, 0), (9.999, 10, 0), (10, 10, 10), (3599.9, 3600, 0), (1e9 + 5, 60, 999_999_960)]
)
def test_interval_begins_at_a_multiple_of_its_step(at, step, began):
    assert interval(at, step) == began


def test_gap_stays_a_gap():
    there, lost = {"cpu": of_sample(1, 10), "load": of_sample(2, 10)}, {"cpu": of_sample(3, 10)}
    assert roll_up([(0, there), (25, lost)], 10) == {0: there, 20: lost}


def test_each_tier_is_made_of_the_one_before_it_while_that_is_kept():
    for fine, coarse in itertools.pairwise(TIERS):
        assert coarse.step % fine.step == 0
        assert fine.keep >= 2 * coarse.step
