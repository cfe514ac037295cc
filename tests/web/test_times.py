"""Moments in words."""

import pytest

from paas.web.times import ago, iso, stamp


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "just now"), (0, "just now"), (59, "just now"), (60, "1 min ago"), (3599, "59 min ago"), (3600, "1 h ago"),
     (86_399, "23 h ago"), (86_400, "1 d ago"), (40 * 86_400, "40 d ago")],
)  # fmt: skip
def test_durations_are_short(seconds, words):
    assert ago(1_000_000.0 - seconds, 1_000_000.0) == words


def test_iso_is_utc_to_the_second():
    assert iso(0.9) == "1970-01-01T00:00:00Z"


def test_stamp_is_utc_to_the_millisecond():
    assert stamp(1_700_000_000.0614) == "2023-11-14T22:13:20.061Z"
    assert stamp(0) == "1970-01-01T00:00:00.000Z"
