"""Reads of the past: exact, whatever the window, and no half of a line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paas.broadcast import PositionGone
from paas.errors import Invalid, Unavailable
from paas.logs.container import history
from paas.logs.container.pages import Pages
from paas.logs.filters import LineFilter
from paas.logs.reading.cursor import parse_position
from paas.logs.reading.reader import LogReader
from tests.fakes import FakeEngine
from tests.logs.examples import logs
from tests.logs.patching import patched, small_scale
from tests.stored import STDERR, STDOUT

ALL = LineFilter()


@pytest.fixture
def engine():
    engine = FakeEngine(part_bytes=4)
    with small_scale(engine.world):
        yield engine


def _reader(container):
    return LogReader(container.engine, container.details)


def _read(container, **options):
    return [line.text for line in history.read(_reader(container), only=ALL, **options)]


def test_last_lines_that_are_too_long_to_be_held_are_refused_and_fewer_are_not(container):
    for number in range(9):
        container.say(str(number) * 100)
    with patched(history, MOST_HELD_CHARACTERS=450):
        assert [text[0] for text in _read(container, tail=4)] == list("5678")
        with pytest.raises(Invalid, match="Ask for fewer"):
            _read(container, tail=5)
        assert len(_read(container, tail=None)) == 9


@pytest.mark.parametrize("tail", [0, 1, 3, 9, 10, 11, 50, 1_000, None])
def test_the_last_lines_are_read(container, tail):
    container.say(*range(10))
    expected = [str(number) for number in range(10)]
    assert _read(container, tail=tail) == (expected if tail is None else expected[max(0, 10 - tail) :])


@pytest.mark.parametrize("tail", [1, 2, 3, 4, 10])
def test_long_lines_count_as_one(container, tail):
    container.say("a", "b" * 30, "c" * 30, "d")
    assert _read(container, tail=tail) == ["a", "b" * 30, "c" * 30, "d"][-tail:]


def test_a_filter_chooses_before_the_tail(container):
    container.say(*range(100))
    only = LineFilter(contains="7")
    lines = list(history.read(_reader(container), tail=3, only=only))
    assert [line.text for line in lines] == ["79", "87", "97"]


def test_an_answer_that_breaks_off_is_no_end(engine, container):
    container.say(*range(100))
    engine.breaks.append(300)
    with pytest.raises(Unavailable):
        _read(container, tail=None)


def test_a_position_that_rotated_away_is_gone(engine, container):
    container.say(*range(100))
    first = next(history.read(_reader(container), tail=None, only=ALL))
    container.rotate(keep=50)
    _, cursor = parse_position(first.position)
    with pytest.raises(PositionGone):
        list(history.lines_after(_reader(container), cursor))


def test_what_was_missed_ends_at_the_line_asked_for(container):
    container.say(*range(100))
    lines = list(history.read(_reader(container), tail=None, only=ALL))
    _, cursor = parse_position(lines[10].position)
    found = history.missed(_reader(container), after=cursor, until=lines[90].position, only=ALL, limit=20)
    assert [line.text for line in found.lines] == [str(number) for number in range(71, 91)]
    assert found.skipped == 60


@settings(deadline=None)
@given(logs(entangled=False), st.data())
def test_a_reader_goes_on_right_after_any_line(entries, data):
    engine = FakeEngine(part_bytes=4)
    with small_scale(engine.world):
        container = engine.make().start()
        container.entries.extend(entries)
        everything = list(history.read(_reader(container), tail=None, only=ALL))
        taken = data.draw(st.integers(0, len(everything) - 1))
        near = data.draw(st.sampled_from([0, 3, 40]))
        _, cursor = parse_position(everything[taken].position)
        after = list(history.lines_after(_reader(container), cursor, near=near))
    assert [line.text for line in after] == [line.text for line in everything[taken + 1 :]]
    assert after == everything[taken + 1 :]


@settings(deadline=None)
@given(logs(clock_steps=False, entangled=False), st.integers(1, 40))
def test_the_last_lines_are_the_end_of_all_lines(entries, size):
    engine = FakeEngine(part_bytes=4)
    with small_scale(engine.world):
        container = engine.make().start()
        container.entries.extend(entries)
        everything = list(history.read(_reader(container), tail=None, only=ALL))
        last = list(history.last_lines(_reader(container), entries=size))
    assert [line.text for line in last] == [line.text for line in everything[len(everything) - len(last) :]]


def test_a_line_of_the_other_stream_that_began_before_is_whole(container):
    container.write("pppp", STDOUT)
    container.say("e", stream=STDERR)
    container.write("end\n", STDOUT)
    lines = list(history.read(_reader(container), tail=None, only=ALL))
    assert [line.text for line in lines] == ["e", "ppppend"]
    _, cursor = parse_position(lines[0].position)
    assert [line.text for line in history.lines_after(_reader(container), cursor)] == ["ppppend"]


def test_pages_from_the_beginning_hold_every_line_and_read_from_there(container):
    for number in range(60):
        container.say(number, stream=STDERR if number % 3 == 0 else STDOUT)
    pages, reader, cursor, texts = Pages(), _reader(container), None, []
    while True:
        page = pages.after(reader, cursor=cursor, only=ALL, limit=7)
        texts += [line.text for line in page.lines]
        if not page.more:
            break
        _, cursor = parse_position(page.lines[-1].position)
        assert pages._numbers[page.lines[-1].position] == len(texts)
    assert texts == [str(number) for number in range(60)]
