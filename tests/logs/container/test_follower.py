"""Every line once, in order, whatever breaks on the way: histories of a follower, some told and some generated."""

import pytest

from tests.fakes import FakeEngine
from tests.logs.patching import small_scale
from tests.logs.told import Told, play
from tests.stored import STDERR, STDOUT


@pytest.fixture
def engine():
    engine = FakeEngine(part_bytes=4)
    with small_scale(engine.world):
        yield engine


def test_lines_come_as_they_are_written(engine, container):
    container.say("a", "b")
    told = Told(container)
    told.follower.start()
    assert told == ["a", "b"]
    play(
        engine, told, lambda: container.say("c"), lambda: container.say("d", stream=STDERR), lambda: container.say("e")
    )
    assert told == ["a", "b", "c", "d", "e"]


def test_a_follower_that_is_not_started_takes_the_log_from_its_beginning(engine, container):
    container.say(*range(30))
    assert play(engine, Told(container)) == [str(n) for n in range(30)]


def test_a_newcomer_begins_with_the_end_of_the_log(engine, container):
    container.say(*range(100))
    told = Told(container)
    told.follower.start()
    assert told == [str(n) for n in range(100)][-len(told) :]
    assert 6 <= len(told) <= 14


def test_a_quiet_container_costs_one_request_a_poll(engine, container):
    container.say(*range(100))
    told = Told(container)
    told.follower.start()
    engine.reads.clear()
    for _ in range(10):
        told.follower.poll()
    assert len(engine.reads) == 10
    assert all(read.follow and read.entries <= 12 for read in engine.reads)


def test_a_quiet_container_with_a_short_log_costs_one_request_a_poll(engine, container):
    container.say("the only line")
    told = Told(container)
    told.follower.start()
    engine.reads.clear()
    for _ in range(10):
        told.follower.poll()
    assert len(engine.reads) == 10


def test_a_log_that_has_grown_is_not_read_whole(engine, container):
    told = Told(container)
    told.follower.start()
    container.say("a")
    told.follower.catch_up()
    container.say(*range(200))
    told.poll_to_the_end(engine)
    engine.reads.clear()
    for _ in range(10):
        told.follower.poll()
    assert max(read.entries for read in engine.reads) <= 12
    assert len(engine.reads) <= 10


def test_a_long_line_alone_on_its_stream_does_not_have_the_whole_log_read(engine, container):
    container.say(*range(100))
    container.say("long long line", stream=STDERR)
    told = Told(container)
    told.follower.start()
    engine.reads.clear()
    for _ in range(10):
        told.follower.poll()
    assert len(engine.reads) <= 12
    assert max(read.entries for read in engine.reads) <= 12


def test_a_newcomer_to_a_window_without_a_whole_line_does_not_read_the_whole_log(engine, container):
    container.say(*range(100))
    container.say("e", stream=STDERR)
    told = Told(container)
    told.follower.start()
    container.say("next")
    play(engine, told)
    assert told == ["next"]
    assert all(read.tail is not None for read in engine.reads)


def test_more_lines_than_a_window_between_two_polls_are_fetched(engine, container):
    container.say("first")
    told = Told(container)
    told.follower.start()
    container.say(*range(100))
    assert play(engine, told) == ["first", *(str(n) for n in range(100))]


@pytest.mark.parametrize("cut", range(0, 90, 7))
def test_a_connection_that_breaks_in_the_middle_of_a_frame(engine, container, cut):
    told = Told(container)
    engine.breaks.extend([cut])
    play(engine, told, *(lambda n=n: container.say(f"line {n}") for n in range(5)))
    assert told == [f"line {n}" for n in range(5)]


@pytest.mark.parametrize("cut", range(0, 90, 7))
def test_a_connection_that_breaks_in_the_middle_of_a_line_on_a_terminal(engine, cut):
    container = engine.make(tty=True).start()
    with small_scale(engine.world, part_bytes=16 * 1024):
        engine.part_bytes = 16 * 1024
        told = Told(container.start())
        engine.breaks.extend([cut])
        play(engine, told, *(lambda n=n: container.say(f"line {n}") for n in range(5)))
    assert told == [f"line {n}" for n in range(5)]


def test_a_hung_engine_is_waited_for(engine, container):
    told = Told(container)
    play(
        engine, told,
        lambda: container.say("a"), engine.hang, lambda: container.say("b"), lambda: container.say("c"),
        engine.come_back, lambda: container.say("d"),
    )  # fmt: skip
    assert told == ["a", "b", "c", "d"]


def test_entries_sent_again_at_a_rotation_are_taken_once(engine, container):
    container.say("old", stream=STDERR)
    engine.clock += 10**10
    container.say(*range(20))
    told = Told(container)
    told.follower.start()
    already = len(told)
    play(engine, told, lambda: container.rotate(again=21), lambda: container.say("x"), lambda: container.say("y"))
    assert told[already:] == ["x", "y"]


def test_lines_that_a_follower_never_sends_at_a_rotation_are_taken_all_the_same(engine, container):
    """Docker 20.10 skips a file that was written and rotated before its follower came to it."""
    container = engine.make("rotating", rotates=True).start()
    told = Told(container)
    play(
        engine, told,
        lambda: container.say(*range(10)), lambda: (container.say(*range(10, 20)), container.rotate(lost=7)),
        lambda: container.say(*range(20, 25)), lambda: container.say("end"),
    )  # fmt: skip
    assert told == [*(str(n) for n in range(25)), "end"]


def test_what_went_with_rotated_files_is_marked_and_the_rest_is_taken(engine, container):
    container.say("first")
    told = Told(container)
    told.follower.start()
    container.say(*range(100))
    container.rotate(keep=12)
    told.follower.catch_up()
    told.poll_to_the_end(engine)
    assert told == ["first", ("mark", "rotated"), *(str(n) for n in range(88, 100))]


def test_a_catch_up_alone_takes_the_rest_of_a_rotated_log(engine, container):
    """It is all that is done for a container that has ended."""
    container.say("first")
    told = Told(container)
    told.follower.start()
    container.say(*range(100))
    container.rotate(keep=12)
    container.exit()
    told.follower.catch_up()
    told.follower.close()
    assert told == ["first", ("mark", "rotated"), *(str(n) for n in range(88, 100))]


def test_an_entry_that_the_engine_can_no_longer_read_is_told_and_nothing_comes_twice(engine, container):
    """20.10 passes over entries near one that a full disk has torn."""
    container.say(*range(30))
    told = Told(container)
    told.follower.start()
    already = len(told)
    del container.entries[28:]
    container.say("x", "y")
    told.follower.catch_up()
    assert told[already:] == [("mark", "resynchronised"), "x", "y"]
    container.say("z")
    told.poll_to_the_end(engine)
    assert told[already + 3 :] == ["z"]


def test_a_torn_log_to_which_nothing_was_added_is_not_taken_again(engine, container):
    container.say(*range(30))
    told = Told(container)
    told.follower.start()
    already = len(told)
    del container.entries[28:]
    told.follower.catch_up()
    assert told[already:] == []


def test_a_clock_that_steps_back_loses_nothing(engine, container):
    def back():
        engine.clock -= 10**12

    told = Told(container)
    play(engine, told, lambda: container.say(*range(10)), back, lambda: container.say(*range(10, 20)))
    assert told.texts == [str(n) for n in range(20)]
    assert told.marks == ["resynchronised"]


def test_lines_of_one_microsecond_are_no_step_of_the_clock(engine, container):
    container._copiers[STDOUT]._clock = lambda: engine.clock // 10_000 * 10_000  # as journald
    told = Told(container)

    def write(start):
        for number in range(start, start + 9):
            engine.tick()
            container.say(number)

    play(engine, told, lambda: write(0), lambda: write(9), lambda: write(18))
    assert told == [str(n) for n in range(27)]


def test_a_last_word_without_newline_is_told_when_the_container_ends(engine, container):
    told = Told(container)
    play(engine, told, lambda: container.say("a"), lambda: container.write("by"), container.exit)
    told.follower.catch_up()
    assert told == ["a", "by"]


def test_a_full_part_without_newline_is_told_when_the_container_has_ended(engine, container):
    told = Told(container)
    play(engine, told, lambda: container.say("a"), lambda: container.write("fullpart"), container.exit)
    told.follower.catch_up()
    told.follower.close()
    assert told == ["a", "fullpart"]
