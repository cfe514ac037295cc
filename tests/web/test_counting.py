"""How often things happened lately, and that remembering it takes no more than it may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.web.counting import Window


def test_one_too_many_is_refused_until_the_first_is_old_enough():
    window = Window(3, seconds=60)
    assert [window.hit("a", now=now) for now in (0, 10, 20)] == [0, 0, 0]
    assert window.hit("a", now=30) == 30
    assert window.hit("a", now=59) == 1
    assert window.hit("a", now=60) == 0
    assert window.hit("a", now=61) == 9


def test_names_are_counted_apart_and_forgotten_when_asked_to():
    window = Window(1, seconds=60)
    assert [window.hit(name, now=0) for name in ("a", "b", "a")] == [0, 0, 60]
    window.forget("a")
    window.forget("nobody")
    assert [window.hit(name, now=1) for name in ("a", "b")] == [0, 59]


def test_what_is_over_takes_no_memory():
    window = Window(2, seconds=60)
    for number in range(100):
        window.hit(number, now=number)
    window.hit("late", now=1_000)
    assert len(window) == 1


def test_names_without_end_push_out_those_that_were_heard_of_longest_ago():
    window = Window(2, seconds=60, most_names=10)
    window.hit("ada", now=0)
    for number in range(1_000):
        window.hit(number, now=1)
        if number % 5 == 0:
            window.hit("ada", now=1)
    assert len(window) == 10
    assert window.hit("ada", now=2) > 0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 20)), max_size=60), st.integers(1, 4))
def test_no_window_ever_holds_more_than_it_may(events, most):
    """As a list of all that was counted says it."""
    window, counted, now = Window(most, seconds=30), [], 0.0
    for name, pause in events:
        now += pause
        lately = [time for other, time in counted if other == name and time > now - 30]
        wait_seconds = window.hit(name, now=now)
        assert (wait_seconds == 0) is (len(lately) < most)
        if wait_seconds:
            assert wait_seconds == pytest.approx(lately[0] + 30 - now)
        else:
            counted.append((name, now))
