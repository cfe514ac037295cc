"""Memory that grows is told from memory that is noisy, jumps once, or fills its caches."""

import random

import pytest

from soak.trend import trend

DICE = random.Random(7)


def readings(shape, seconds=300):
    return [(float(at), shape(at) + DICE.gauss(0, 1)) for at in range(seconds)]


@pytest.mark.parametrize(
    ("shape", "is_flat"),
    [
        (lambda _: 100.0, True),
        (lambda at: 100.0 - at / 10, True),
        (lambda at: 100.0 + (80 if 100 < at < 130 else 0), True),
        (lambda at: 100.0 + 3 * at / 300, True),
        (lambda at: 100.0 + 15 * at / 300, False),
        (lambda at: 100.0 + 100 * at / 300, False),
    ],
    ids=["flat", "falling", "a spike", "filling", "leaking slowly", "leaking"],
)
def test_trend(shape, is_flat):
    found = trend(readings(shape))
    assert found is not None
    assert found.is_flat is is_flat, found


def test_too_short_a_time_is_not_judged():
    assert trend(readings(lambda at: 100.0 + at, seconds=50)) is None
    assert trend([]) is None
