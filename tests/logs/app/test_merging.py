"""Several containers' lines in one order: everything comes out, soon, and by its times where that can be."""

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.logs.app.merging import LONGEST_SECONDS, ON_ITS_WAY_SECONDS, Merger

PACE = 0.02


class Stage:
    """A merger and a clock. Items are (time, name); times are single letters or numbers of a few digits."""

    def __init__(self, **is_live):
        self.now, self.merger = 100.0, Merger()
        for name, live in is_live.items():
            self.merger.join(name, self.now - 60)
            self.merger.set_live(name, is_live=live)

    def put(self, name, *times):
        self.merger.put(name, [(time, time + name) for time in times], self.now)
        return self.take()

    def take(self):
        return self.merger.take(self.now, pace=PACE)

    def wait(self, seconds):
        self.now += seconds
        return self.take()

    def wait_until_due(self):
        self.now = max(self.now, self.merger.due(self.now, pace=PACE))
        return self.take()


def test_nothing_is_held_back_where_one_container_alone_is_live():
    stage = Stage(a=True, b=False)
    assert stage.put("a", "1", "2") == ["1a", "2a"]
    assert stage.merger.due(stage.now, pace=PACE) is None


def test_nothing_is_held_back_where_none_is_live():
    assert Stage(a=False, b=False).put("a", "1") == ["1a"]


def test_a_line_waits_a_few_milliseconds_for_quiet_neighbours():
    stage = Stage(a=True, b=True)
    assert stage.put("a", "2") == []
    assert stage.wait(ON_ITS_WAY_SECONDS / 2) == []
    assert stage.wait_until_due() == ["2a"]
    assert stage.now == pytest.approx(100 + ON_ITS_WAY_SECONDS)


def test_a_line_that_was_on_its_way_meanwhile_comes_before():
    stage = Stage(a=True, b=True)
    assert stage.put("a", "2") == []
    stage.now += ON_ITS_WAY_SECONDS / 2
    assert stage.put("b", "1") == ["1b"]
    assert stage.wait_until_due() == ["2a"]


def test_a_line_waits_for_the_next_batch_of_a_busy_neighbour():
    stage = Stage(a=True, b=True)
    stage.put("b", "1")
    assert stage.put("a", "3") == ["1b"]
    assert stage.wait(PACE) == []
    assert stage.put("b", "2", "4") == ["2b", "3a"]


def test_a_neighbour_that_was_busy_and_falls_silent_is_not_waited_for_long():
    stage = Stage(a=True, b=True)
    stage.put("b", "1")
    stage.put("a", "3")
    assert stage.wait_until_due() == ["3a"]
    assert stage.now == pytest.approx(100 + PACE + ON_ITS_WAY_SECONDS)


def test_a_neighbour_that_hands_over_old_lines_one_batch_after_the_other_is_not_waited_for_for_ever():
    stage, out = Stage(a=True, b=True), []
    stage.put("a", "9")
    for _ in range(30):
        out += stage.put("b", "1")
        stage.now += PACE / 2
    assert out[-1] == "1b"
    assert "9a" in out
    assert len(out) == 31
    assert out.index("9a") < 27


def test_a_late_line_stands_where_it_comes():
    stage = Stage(a=True, b=False)
    assert stage.put("a", "5") == ["5a"]
    assert stage.put("b", "3") == ["3b"]


def test_a_line_that_is_late_within_its_container_keeps_its_place_there():
    stage = Stage(a=True, b=True)
    assert stage.put("a", "3", "1", "4") == []
    assert stage.put("b", "2", "5") == ["2b", "3a", "1a", "4a"]
    assert stage.merger.take_all() == ["5b"]


def test_what_has_no_time_comes_after_what_was_handed_over_before():
    stage = Stage(a=True, b=True)
    stage.put("a", "3", "")
    assert stage.put("b", "2", "4") == ["2b", "3a", "a"]


def test_a_container_that_leaves_is_taken_to_its_last_line_and_not_waited_for():
    stage = Stage(a=True, b=True)
    stage.put("b", "1")
    stage.put("a", "2")
    stage.merger.leave("b")
    assert stage.take() == ["2a"]
    stage.put("a", "4")
    stage.merger.join("b", stage.now)
    stage.merger.leave("b")
    stage.merger.leave("a")
    assert stage.take() == []
    stage.merger.join("a", stage.now)
    assert stage.put("a", "5") == ["5a"]


def test_a_container_that_leaves_with_lines_held_back_is_shown_to_the_end():
    stage = Stage(a=True, b=True)
    stage.put("a", "1")
    stage.merger.leave("a")
    assert stage.wait_until_due() == ["1a"]


@given(st.data())
def test_everything_comes_out_once_and_in_its_container_s_order_and_soon(data):
    stage = Stage(a=True, b=True, c=data.draw(st.booleans()))
    given_times = {"a": [], "b": [], "c": []}
    came = []
    numbers = iter(range(10**6))
    for _ in range(data.draw(st.integers(0, 30))):
        name = data.draw(st.sampled_from("abc"))
        times = [f"{data.draw(st.integers(0, 99)):02}.{next(numbers):06}" for _ in range(data.draw(st.integers(0, 4)))]
        given_times[name] += times
        came += stage.put(name, *times)
        stage.merger.set_live(name, is_live=data.draw(st.booleans()))
        came += stage.wait(data.draw(st.sampled_from([0, 0.005, 0.02, 0.1])))
    last = stage.now
    while stage.merger.due(stage.now, pace=PACE) is not None:
        came += stage.wait_until_due()
    assert stage.now <= last + LONGEST_SECONDS
    for name, times in given_times.items():
        assert [one[:-1] for one in came if one[-1] == name] == times


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("abc"), st.integers(0, 5)), max_size=40))
def test_the_order_is_that_of_times_where_none_is_late(written):
    """(millisecond, container, milliseconds on its way). Each container hands over every 20 ms what has arrived."""
    stage = Stage(a=True, b=True, c=True)
    coming = {name: deque(sorted(line for line in written if line[1] == name)) for name in "abc"}
    next_read, came = dict.fromkeys("abc", 0), []
    for millisecond in range(300):
        stage.now = 100 + millisecond / 1000
        for name, lines in coming.items():
            arrived = []
            while lines and next_read[name] <= millisecond and lines[0][0] + lines[0][2] <= millisecond:
                arrived.append(f"{lines.popleft()[0]:03}")
            if arrived:
                next_read[name] = millisecond + 20
                came += stage.put(name, *arrived)
        came += stage.take()
    assert len(came) == len(written)
    assert [one[:-1] for one in came] == sorted(one[:-1] for one in came)
