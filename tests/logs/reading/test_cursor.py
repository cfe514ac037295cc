"""A place in a log: written, read back, found again or not at all, but never mistaken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.errors import Invalid
from paas.logs.reading.cursor import Cursor, Finder, in_order, nanoseconds, parse_position, position, seconds
from paas.logs.reading.lines import LineJoiner
from tests.logs.examples import ID, entry, logs, streams
from tests.stored import EPOCH, STDERR, STDOUT, stamp

moments = st.integers(0, 4_000_000_000 * 10**9)
containers = st.text("0123456789abcdef", min_size=12, max_size=12)


@given(containers, streams, moments, st.integers(1, 999_999_999))
def test_a_position_leads_back_to_its_cursor(container, stream, moment, nth):
    cursor = Cursor(stream, stamp(moment), nth)
    assert parse_position(position(container, cursor)) == (container, cursor)


GOOD = "0123456789ab.o2026-11-20T10:21:07.412345678Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        GOOD + "\n",
        " " + GOOD,
        GOOD + ".",
        GOOD + ".0",
        GOOD + ".01",
        GOOD + ".-1",
        GOOD + ".1234567890",
        GOOD + ".2.3",
        GOOD + ".\u0663",
        GOOD.replace(".o", ".x"),
        GOOD.replace(".o", "."),
        GOOD.replace("0123456789ab", "0123456789AB"),
        GOOD.replace("0123456789ab", "0123456789a"),
        GOOD.replace("678Z", "Z"),
        GOOD.replace("Z", "+00:00"),
        GOOD.replace("T", " "),
        GOOD.replace("2026", "\u0662\u0660\u0662\u0666"),
        GOOD * 100,
        "\0" * 40,
    ],
)
def test_what_is_no_position_is_refused(text):
    with pytest.raises(Invalid, match="not one of ours"):
        parse_position(text)


@pytest.mark.parametrize("text", [GOOD, GOOD + ".2", GOOD.replace(".o", ".e"), GOOD + ".999999999"])
def test_what_is_a_position_is_taken(text):
    assert position(*parse_position(text)) == text


@pytest.mark.parametrize("month", ["00", "13", "99"])
def test_a_position_at_a_time_that_does_not_exist_is_refused(month):
    with pytest.raises(Invalid):
        parse_position(GOOD.replace("-11-", f"-{month}-"))


@given(moments)
def test_stamps_are_read_to_the_nanosecond(moment):
    assert nanoseconds(stamp(moment)) == moment


@given(moments)
def test_times_for_the_engine_have_nine_decimals(moment):
    whole, _, fraction = seconds(moment).partition(".")
    assert int(whole) * 10**9 + int(fraction) == moment
    assert len(fraction) == 9


def _cursors(entries):
    """The cursor of each entry, as one who reads from the beginning has it, and whether a line ended there."""
    joiner, cursors = LineJoiner(ID, "web"), []
    for one in entries:
        joiner.feed([one])
        cursors.append((joiner.cursor, one.ends))
    return cursors


@given(logs(), st.data())
def test_what_follows_a_cursor_is_found_exactly_or_not_at_all(entries, data):
    taken = data.draw(st.integers(0, len(entries) - 1))
    start = data.draw(st.integers(0, len(entries)))
    cut = data.draw(st.integers(0, len(entries)))
    cursor, line_ended = _cursors(entries)[taken]
    finder = Finder(cursor, from_start=start == 0, line_ended=line_ended)
    window = entries[start:]
    after = finder.feed(window[:cut]) + finder.feed(window[cut:])
    if finder.found is None:
        assert start > 0
        assert after == []
    else:
        assert finder.found == entries[taken]
        assert after == entries[taken + 1 :]


@given(logs(most=20), st.data())
def test_a_whole_log_always_holds_its_cursor(entries, data):
    taken = data.draw(st.integers(0, len(entries) - 1))
    cursor, line_ended = _cursors(entries)[taken]
    finder = Finder(cursor, from_start=True, line_ended=line_ended)
    assert finder.feed(entries) == entries[taken + 1 :]
    assert finder.found == entries[taken]


def test_equal_times_of_whole_lines_are_not_mistaken():
    """journald counts in microseconds."""
    entries = [entry("a"), entry("b", at=1), entry("c", at=1), entry("d", at=1), entry("e", at=2)]
    cursors = _cursors(entries)
    for taken, (cursor, line_ended) in enumerate(cursors):
        for start in range(len(entries)):
            finder = Finder(cursor, from_start=start == 0, line_ended=line_ended)
            after = finder.feed(entries[start:])
            assert finder.found is None or after == entries[taken + 1 :], (taken, start)


def test_a_long_line_alone_on_its_stream_is_found_without_the_whole_log():
    """Else every poll would read all of it, for as long as nothing else is written."""
    entries = [entry("out", at=1), entry("p", stream=STDERR, at=2, ends=False), entry("end", stream=STDERR, at=2)]
    finder = Finder(Cursor(STDERR, entry(at=2).stamp, 2), line_ended=True)
    assert finder.feed([*entries, entry("new", at=3)]) == [entry("new", at=3)]


def test_a_finder_counts_what_it_looked_through():
    finder = Finder(Cursor(STDOUT, stamp(EPOCH + 10), 1))
    finder.feed([entry("a", at=1), entry("b", at=2)])
    finder.feed([entry("c", at=3)])
    assert finder.seen == 3
    assert finder.found is None


@pytest.mark.parametrize(
    ("entries", "last", "good"),
    [
        ([], {}, 0),
        ([entry(at=1), entry(at=2)], {}, 2),
        ([entry(at=2), entry(at=1)], {}, 1),
        ([entry(at=2), entry(at=1, stream=STDERR)], {}, 2),
        ([entry(at=1)], {STDOUT: (entry(at=1).stamp, True)}, 0),
        ([entry(at=1)], {STDOUT: (entry(at=1).stamp, False)}, 1),
        ([entry(at=1), entry(at=1)], {STDOUT: (entry(at=1).stamp, False)}, 1),
        ([entry(at=1)], {STDERR: (entry(at=5).stamp, True)}, 1),
        ([entry(at=1), entry(at=1, ends=False)], {}, 1),
        ([entry(at=1, ends=False), entry(at=1)], {}, 2),
    ],
)
def test_what_was_sent_again_is_noticed(entries, last, good):
    assert in_order(entries, last) == good


def test_what_was_sent_again_on_a_stream_that_was_not_seen_yet_is_noticed():
    second = 1_000_000
    assert in_order([entry("old", stream=STDERR)], {STDOUT: (entry(at=second).stamp, True)}) == 0


@given(logs(clock_steps=False), st.integers(0, 40))
def test_a_log_is_in_order(entries, cut):
    joiner = LineJoiner(ID, "web")
    joiner.feed(entries[:cut])
    assert in_order(entries[cut:], joiner.last) == len(entries[cut:])
