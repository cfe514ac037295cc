"""What people write for a point in time."""

import pytest

from paas.errors import Invalid
from paas.logs.moments import moment

NOW = 1_795_168_490.25


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("0", "0.000000000"),
        ("1795168490.5", "1795168490.500000000"),
        ("1970-01-01T00:01:00Z", "60.000000000"),
        ("1970-01-01 00:01:00.123456789", "60.123456789"),
        ("1970-01-01T01:01:00+01:00", "60.000000000"),
        ("0001-01-01T00:00:00Z", "0.000000000"),
        ("10s", "1795168480.250000000"),
        ("1d2h", "1795074890.250000000"),
        ("99999999999999999999d", "0.000000000"),
    ],
)
def test_a_time_an_age_or_seconds(text, at):
    assert moment(text, now=NOW) == at


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "-1", "1e3", "\u0661", "\x00", "2026-13-01T00:00:00Z", "2026-11-20T25:00:00Z",
        "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-11-20T10:00:00+99:99",
    ],
)  # fmt: skip
def test_anything_else_is_explained(text):
    with pytest.raises(Invalid, match="is no time"):
        moment(text, now=NOW)
