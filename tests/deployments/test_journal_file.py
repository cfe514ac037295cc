"""Reading a log at any place: whatever its lines and wherever the pieces end in which it is read."""

import os
import tracemalloc
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paas.broadcast import PositionGone
from paas.deployments.journal import file as journal_file
from paas.deployments.journal.file import JournalFile
from paas.deployments.journal.lines import LONGEST_LINE_BYTES, JournalLine, decoded, encoded, parse_position, stamp
from tests.deployments.reading import texts

TEXTS = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=40)


@pytest.fixture
def write(tmp_path):
    """``write([...])`` -> the file that holds these lines."""

    def write(lines, name="7.log", rest=b""):
        path = tmp_path / name
        path.write_bytes(b"".join(encoded(number, line) for number, line in enumerate(lines)) + rest)
        return JournalFile(path, 7)

    return write


@pytest.fixture(params=[1, 7, 64, 1_000_000])
def pieces(request, monkeypatch):
    """Read so many bytes at once."""
    monkeypatch.setattr(journal_file, "PIECE_BYTES", request.param)


def _all(file):
    return [line for lines in file.lines() for line in lines]


@given(st.lists(TEXTS, max_size=12), st.data())
@settings(max_examples=60)
def test_every_way_of_reading_finds_the_same_lines(tmp_path_factory, lines, data):
    path = tmp_path_factory.mktemp("log") / "7.log"
    path.write_bytes(b"".join(encoded(number, line) for number, line in enumerate(lines)) + b"2026-11-21T1")
    file = JournalFile(path, 7)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal_file, "PIECE_BYTES", data.draw(st.integers(1, 200)))
        whole = _all(file)
        assert texts(whole) == lines
        ends = [0, *(parse_position(line.position, 7) for line in whole)]
        assert file.end() == ends[-1]
        assert list(file.lines_back(file.end())) == whole[::-1]
        first, limit = data.draw(st.integers(0, len(lines))), data.draw(st.integers(0, 5))
        after = file.after(ends[first], limit=limit)
        assert (after.lines, after.more) == (whole[first : first + limit], len(lines) > first + limit)
        before = file.before(ends[first], limit=limit)
        expected = whole[: max(first - 1, 0)]
        assert before.lines == (expected[-limit:] if limit else [])
        assert before.more is (len(expected) > limit)
        newest = file.newest(ends[first], file.end(), limit=limit)
        assert len(newest.lines) + newest.skipped == len(lines) - first
        assert newest.lines == whole[len(lines) - len(newest.lines) :]
        start = file.start_of_last(limit)
        assert [line for part in file.lines(start) for line in part] == (whole[-limit:] if limit else [])


@pytest.mark.usefixtures("pieces")
def test_a_filter_counts_what_matches(write):
    file = write([str(number) for number in range(30)])

    def is_even(line):
        return int(line.text) % 2 == 0

    page = file.newest(0, file.end(), is_even, limit=4)
    assert (texts(page.lines), page.skipped) == (["22", "24", "26", "28"], 11)
    assert texts(file.before(file.end(), is_even, limit=2).lines) == ["26", "28"]
    assert texts(file.after(0, is_even, limit=2).lines) == ["0", "2"]
    assert texts(file.after(file.start_of_last(3, is_even), is_even, limit=9).lines) == ["24", "26", "28"]


def test_a_file_that_is_not_there_is_an_empty_log(tmp_path):
    file = JournalFile(tmp_path / "none.log", 7)
    assert (file.end(), _all(file), file.before(0, limit=5).lines, file.offset_of("7.0")) == (0, [], [], 0)
    with pytest.raises(PositionGone):
        file.offset_of("7.5")


@pytest.mark.usefixtures("pieces")
def test_a_line_without_its_end_is_not_shown(write):
    file = write(["one"], rest=encoded(2, "two")[:-1])
    assert texts(_all(file)) == ["one"]
    assert texts(file.before(file.end(), limit=5).lines) == []


def test_lines_that_are_very_long_come_whole_and_end_a_page_early(write):
    file = write(["x" * LONGEST_LINE_BYTES] * 20)
    page = file.after(0, limit=20)
    assert (len(page.lines), page.more) == (9, True)
    assert {len(line.text) for line in page.lines} == {LONGEST_LINE_BYTES}
    before = file.before(file.end(), limit=20)
    assert (len(before.lines), before.more) == (9, True)
    newest = file.newest(0, file.end(), limit=20)
    assert (len(newest.lines), newest.skipped) == (3, 17)


def test_a_log_of_200_000_lines_is_read_in_bounded_memory(write):
    count = 200_000
    file = write([f"{number:060}" for number in range(count)])
    assert file.path.stat().st_size > 15_000_000
    tracemalloc.start()
    try:
        read = sum(len(lines) for lines in file.lines())
        page = file.newest(0, file.end(), limit=1_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == count
    assert page.skipped == count - 1_000
    assert peak < 4_000_000


def test_a_line_is_kept_with_its_time_and_its_stream():
    kept = encoded(1_795_168_490_412_345_678, "hello", is_error=True)
    assert kept == b"2026-11-20T09:54:50.412345678Z e hello\n"
    assert decoded(kept[:-1], 7, 46) == JournalLine("7.46", "2026-11-20T09:54:50.412345678Z", "", "stderr", "hello")


@given(st.integers(0, 4_000_000_000_000_000_000))
def test_a_stamp_is_a_time(nanoseconds):
    text = stamp(nanoseconds)
    assert int(datetime.fromisoformat(text[:19] + "+00:00").timestamp()) == nanoseconds // 1_000_000_000
    assert int(text[20:29]) == nanoseconds % 1_000_000_000


@pytest.mark.parametrize("line", [b"", b"what somebody typed", b"2026-11-20T11:54:50Z o no fraction", b"\xff\xfe"])
def test_a_line_that_is_not_ours_is_shown_as_it_is(line):
    assert decoded(line, 7, 9).text == line.decode(errors="replace")


def test_half_a_character_is_shown_as_such(write):
    file = write([], rest=encoded(1, "ü")[:-2] + b"\n")
    assert texts(_all(file)) == ["\N{REPLACEMENT CHARACTER}"]


def test_a_file_may_grow_while_it_is_read(write, monkeypatch):
    monkeypatch.setattr(journal_file, "PIECE_BYTES", 50)
    file = write(["one", "two"])
    found = []
    for lines in file.lines():
        found += texts(lines)
        if found == ["one"]:
            with file.path.open("ab") as log:
                log.write(encoded(3, "three"))
            os.sync()
    assert found == ["one", "two", "three"]
