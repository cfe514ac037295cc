"""Entries become lines: whole, in order, each with its place in the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.logs.reading import lines as module
from paas.logs.reading.cursor import parse_position
from paas.logs.reading.frames import PART_BYTES
from paas.logs.reading.lines import CUT_MARK, LONGEST_LINE_BYTES, LineJoiner, without_torn_lines
from tests.logs.examples import ID, entry, lines_of, logs
from tests.stored import STDERR, STDOUT

PART = b"x" * PART_BYTES
MB_OF_PARTS = LONGEST_LINE_BYTES // PART_BYTES


def _lines(*entries, close=True):
    joiner = LineJoiner(ID, "web")
    return joiner.feed(entries) + (joiner.close() if close else [])


def _long(size, *, at=0, stream=STDOUT):
    """The entries of one line of this many bytes, as the engine stores it."""
    parts = [entry(PART, at=at, stream=stream, ends=False) for _ in range(size // PART_BYTES)]
    return [*parts, entry(b"x" * (size % PART_BYTES), at=at, stream=stream)]


def test_a_line_says_when_where_and_by_whom():
    [line] = _lines(entry("hello", stream=STDERR, at=5))
    assert (line.text, line.stream, line.process) == ("hello", "stderr", "web")
    assert line.time == entry(at=5).stamp.decode()
    assert line.position == f"0123456789ab.e{line.time}"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"  two  ", "  two  "),
        (b"dos\r", "dos"),
        (b"10 %\r20 %\r30 %", "10 %\r20 %\r30 %"),
        (b"one\r\r", "one\r"),
        (b"caf\xc3\xa9", "caf\u00e9"),
        (b"caf\xe9!", "caf\ufffd!"),
        (b"\xf0\x9f\x98", "\ufffd"),
        (b"nul\0", "nul\0"),
    ],
)
def test_text_is_decoded_with_replacement(data, text):
    assert _lines(entry(data))[0].text == text


@pytest.mark.parametrize("size", [PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES, LONGEST_LINE_BYTES])
def test_a_line_of_many_parts_is_whole(size):
    [line, after] = _lines(*_long(size), entry("after", at=1))
    assert line.text == "x" * size
    assert after.text == "after"
    assert parse_position(line.position)[1][2] == size // PART_BYTES + 1


@pytest.mark.parametrize("extra", [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 40 * PART_BYTES])
def test_a_line_over_a_megabyte_is_cut_with_a_mark_and_the_next_is_intact(extra):
    cut, after, last = _lines(*_long(LONGEST_LINE_BYTES + extra), entry("after", at=1), *_long(50_000, at=2))
    assert cut.text == "x" * LONGEST_LINE_BYTES + CUT_MARK
    assert after.text == "after"
    assert last.text == "x" * 50_000


def test_a_cut_line_that_never_ends_leaves_the_next_one_intact():
    endless = [entry(PART, ends=False)] * (MB_OF_PARTS + 9)
    assert [line.text for line in _lines(*endless, entry("after", at=1))][1:] == ["after"]


def test_the_parts_of_both_streams_are_kept_apart():
    out, err = _long(40_000), _long(50_000, at=1, stream=STDERR)
    mixed = [part for pair in zip(out, err, strict=False) for part in pair] + err[len(out) :]
    assert [(line.stream, len(line.text)) for line in _lines(*mixed)] == [("stdout", 40_000), ("stderr", 50_000)]


def test_the_last_word_of_a_process_is_a_line_at_once():
    assert [line.text for line in _lines(entry("bye", ends=False), close=False)] == ["bye"]


def test_a_full_part_without_its_rest_is_a_line_when_the_container_has_ended():
    joiner = LineJoiner(ID, "web")
    assert joiner.feed([entry(PART, ends=False)]) == []
    assert [line.text for line in joiner.close()] == [PART.decode()]
    assert joiner.close() == []


def test_a_full_part_without_its_rest_is_a_line_when_another_begins():
    assert [line.text for line in _lines(entry(PART, ends=False), entry("next run", at=1))] == [
        PART.decode(),
        "next run",
    ]


def test_whole_lines_of_one_moment_have_places_of_their_own():
    positions = [line.position for line in _lines(entry("a"), entry("b"), entry("c", stream=STDERR), entry("d"))]
    assert len(set(positions)) == 4


@given(logs(), st.integers(0, 40))
def test_lines_are_the_same_however_they_come(monkey, entries, cut):
    with monkey(module, PART_BYTES=4):
        joiner = LineJoiner(ID, "web")
        found = joiner.feed(entries[:cut]) + joiner.feed(entries[cut:]) + joiner.close()
    texts = [(1 if line.stream == "stdout" else 2, line.text.encode()) for line in found]
    assert [texts.count(one) for one in texts] == [lines_of(entries).count(one) for one in texts]
    assert len(texts) == len(lines_of(entries))
    assert len({line.position for line in found}) == len(found)


@given(logs(clock_steps=False), st.integers(1, 40))
def test_a_window_shows_no_half_of_a_line(monkey, entries, size):
    with monkey(module, PART_BYTES=4):
        window = without_torn_lines(entries[-size:])
        shown = [line.text.encode() for line in LineJoiner(ID, "web").feed(window)]
    whole = [text for _, text in lines_of(entries)]
    assert all(text in whole for text in shown)


def test_a_window_keeps_what_is_surely_whole():
    entries = [entry("maybe the rest of one"), entry("whole", at=1), entry("older by far", at=2_000_000, stream=STDERR)]
    assert without_torn_lines(entries) == entries[1:]
