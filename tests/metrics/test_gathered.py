"""What waits to be written: nothing of it is lost on its way into batches, and there is never too much of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.metrics.gathered import Gathered
from paas.metrics.rollup import HOUR, interval, of_sample

places = st.tuples(st.integers(0, 500).map(lambda number: number * 10), st.sampled_from("abcdefg"))
HOURS_APART = [0, 10, HOUR - 10, HOUR, 5 * HOUR]


def point(value, seconds=10.0):
    return {"cpu": of_sample(value, seconds)}


def gathered(*entries, most=1000):
    found = Gathered(most)
    for at, subject in entries:
        found.add(at, subject, point(1.0))
    return found


@given(st.lists(places), st.integers(1, 10))
def test_batches_hold_everything_once_and_each_few_subjects_of_one_hour(entries, most_subjects):
    seen = []
    for batch in gathered(*entries).batches(most_subjects):
        assert 0 < len(batch) <= most_subjects
        assert len({interval(at, HOUR) for its in batch.values() for at in its}) == 1
        seen += [(at, subject) for subject, its in batch.items() for at in its]
    assert sorted(seen) == sorted(set(entries))


def test_points_of_one_interval_are_put_together():
    found = Gathered(10)
    found.add(0, "a", point(1.0, 1))
    found.add(0, "a", {"load": of_sample(9.0, 1)})
    found.add(0, "a", point(4.0, 2))
    assert dict(found.of("a")) == {0: {"cpu": (3.0, 1.0, 3.0, 4.0), "load": (1.0, 9.0, 9.0, 9.0)}}


def test_what_was_written_is_removed_and_what_was_not_comes_back():
    writing, waiting = gathered((0, "a"), (0, "b"), (10, "b")), gathered((10, "b"), (20, "b"))
    first, second = writing.batches(1)
    writing.remove(first)
    assert list(writing.of("a")) == []
    waiting.add_all(second)
    assert {at: its["cpu"].weight for at, its in waiting.of("b")} == {0: 10, 10: 20, 20: 10}


@pytest.mark.parametrize("most", [1, 3, 5])
def test_the_oldest_intervals_make_room(most):
    found = gathered(*((at, "a") for at in reversed(HOURS_APART)), most=most)
    assert sorted(at for at, _ in found.of("a")) == HOURS_APART[-most:]
