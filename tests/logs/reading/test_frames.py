"""What the engine sends becomes entries, wherever the network cuts it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.errors import Unavailable
from paas.logs.reading.frames import PART_BYTES, FrameReader, TtyReader
from tests.logs.examples import entry, logs
from tests.stored import STDERR, STDOUT, framed

LONG = b"x" * PART_BYTES

TABLE = {
    "a line": [entry("hello")],
    "an empty line": [entry("")],
    "spaces and tabs at both ends": [entry("  \t hello \t ")],
    "a carriage return is text": [entry("10 %\r20 %\r"), entry("hello\r", at=1)],
    "bytes that are not UTF-8": [entry(b"\xff\xfe\x00")],
    "a last line without newline": [entry("hello"), entry("bye", at=1, ends=False)],
    "a line of exactly one part": [entry(LONG, ends=False), entry("", at=0)],
    "a line of three parts": [entry(LONG, ends=False), entry(LONG, ends=False), entry("rest")],
    "a text that looks like an entry": [entry("2026-11-20T10:21:07.412345678Z hello")],
}


def _read(reader, *pieces):
    return [found for piece in pieces for found in reader.feed(piece)] + reader.close()


@pytest.mark.parametrize("entries", TABLE.values(), ids=TABLE)
def test_frames_become_entries(entries):
    assert _read(FrameReader(), framed(entries)) == entries


@pytest.mark.parametrize("entries", TABLE.values(), ids=TABLE)
def test_the_text_of_a_terminal_becomes_entries(entries):
    assert _read(TtyReader(), framed(entries, tty=True)) == entries


def test_both_streams_keep_their_order():
    entries = [entry("a", stream=STDERR), entry("b", at=2), entry("c", stream=STDERR, at=1)]
    assert _read(FrameReader(), framed(entries)) == entries


def _pieces(data, cuts):
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(places)]


@given(logs(), st.lists(st.integers(0, 10_000)))
def test_frames_may_be_cut_anywhere(entries, cuts):
    assert _read(FrameReader(), *_pieces(framed(entries), cuts)) == entries


@given(logs(), st.lists(st.integers(0, 10_000)))
def test_the_text_of_a_terminal_may_be_cut_anywhere(entries, cuts):
    entries = [found._replace(stream=STDOUT, ends=True, stamp=entry(at=n).stamp) for n, found in enumerate(entries)]
    assert _read(TtyReader(), *_pieces(framed(entries, tty=True), cuts)) == entries


@pytest.mark.parametrize("tty", [False, True])
def test_every_single_cut_of_a_long_line_is_healed(tty):
    entries = [entry("before"), entry(LONG, at=1, ends=False), entry("end", at=1), entry("after", at=2)]
    data = framed(entries, tty=tty)
    around_the_seams = [*range(120), *range(len(LONG), len(data))]
    for cut in around_the_seams:
        assert _read(TtyReader() if tty else FrameReader(), data[:cut], data[cut:]) == entries


@pytest.mark.parametrize("tty", [False, True])
def test_a_line_without_end_is_handed_over_part_by_part(tty):
    reader, part = TtyReader() if tty else FrameReader(), framed([entry(LONG, ends=False)], tty=tty)
    found = [one for _ in range(100) for one in reader.feed(part)]
    assert len(found) >= 97
    assert found + reader.close() == [entry(LONG, ends=False)] * 100


def test_what_no_engine_would_store_is_not_waited_for():
    with pytest.raises(Unavailable, match="announces an entry of"):
        FrameReader().feed(b"\x01\0\0\0\xff\xff\xff\xff" + entry("x").stamp)


def test_a_terminals_entry_without_end_is_given_up():
    reader = TtyReader()
    reader.feed(framed([entry("x", ends=False)], tty=True))
    with pytest.raises(Unavailable, match="more than 16777216 bytes"):
        _read(reader, *[bytes(1 << 20)] * 17)


def test_a_frame_that_was_cut_off_is_left_for_the_next_read():
    entries = [entry("whole"), entry("cut", at=1)]
    assert _read(FrameReader(), framed(entries)[:-1]) == entries[:1]


def test_the_engines_own_error_is_told():
    data = framed([entry("fine")]) + b"\x03\0\0\0" + len(b"unexpected EOF\n").to_bytes(4, "big") + b"unexpected EOF\n"
    with pytest.raises(Unavailable, match=r"unexpected EOF$"):
        FrameReader().feed(data)


def test_the_engines_own_error_is_told_on_a_terminal_too():
    reader = TtyReader()
    data = framed([entry("fine")], tty=True) + b"Error grabbing logs: invalid character '\\x00' looking for a value\n"
    with pytest.raises(Unavailable, match="invalid character"):
        _read(reader, data)
