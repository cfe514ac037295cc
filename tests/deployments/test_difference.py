"""What differs between two deployments, by tables of cases."""

import pytest

from paas.deployments.difference import Names, Side, difference


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, Names((), (), ())),
        ({"A": "1"}, {"A": "1"}, Names((), (), ())),
        ({}, {"B": "1", "A": "1"}, Names(("A", "B"), (), ())),
        ({"A": "1"}, {}, Names((), ("A",), ())),
        ({"A": "1", "B": "1"}, {"A": "2", "C": "1"}, Names(("C",), ("B",), ("A",))),
        (None, {"A": "1"}, None),
        ({"A": "1"}, None, None),
    ],
)
def test_names_are_added_removed_and_changed(before, after, expected):
    found = difference(Side(1, environment=before), Side(2, environment=after))
    assert found.environment == expected
    if expected is not None:
        assert found.environment.is_empty is (before == after)


def test_commit_and_image_are_compared():
    found = difference(Side(1, commit="a", image_id="x"), Side(2, commit="a", image_id="y"))
    assert (found.is_same_commit, found.is_same_image) == (True, False)


def test_no_value_shows_in_a_message_or_a_log():
    side = Side(1, environment={"KEY": "hidden"}, processes={"web": "serve"})
    assert repr(side) == "Side(1)"
    assert "hidden" not in repr(difference(side, side))
