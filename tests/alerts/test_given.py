"""What is given for a rule, turned into its fields."""

import pytest

from paas.alerts import given
from paas.alerts.rules import Kind
from paas.errors import Invalid


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("80", 80),
        (" 80 % ", 80),
        ("0.5", 0.5),
        (81, 81),
        (1.25, 1.25),
        ("512m", 512 << 20),
        ("2 GiB", 2 << 30),
        ("1.5g", 3 << 29),
        ("10 kb/s", 10 << 10),
        ("3TB", 3 << 40),
        ("7 b", 7),
    ],
)
def test_threshold_is_read_with_its_unit(text, number):
    assert given.amount("threshold", text) == number


@pytest.mark.parametrize(
    "value", ["", "much", "-1", "8 0", "1e9", True, None, [], {}, 10**400, float("nan"), float("inf"), "\u0663"]
)
def test_what_is_no_number_names_its_field(value):
    with pytest.raises(Invalid) as refused:
        given.amount("threshold", value)
    assert refused.value.field == "threshold"


def test_fields_are_read_and_what_is_empty_is_left_out():
    found = given.fields(
        {"name": "x", "kind": "metric", "threshold": "80 %", "times": "3", "hours": "", "enabled": False}
    )
    assert found == {"name": "x", "kind": Kind.METRIC, "threshold": 80.0, "times": 3, "is_on": False}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"kid": "metric"}, "Unknown field 'kid'"),
        ({"kind": "weather"}, "kind must be one of"),
        ({"kind": []}, "kind must be one of"),
        ({"times": 1.5}, "times must be a whole number"),
        ({"name": 7}, "name must be a text"),
        ({"enabled": "yes"}, "enabled must be true or false"),
    ],
)
def test_what_cannot_be_read_is_refused(document, words):
    with pytest.raises(Invalid, match=words):
        given.fields(document)
