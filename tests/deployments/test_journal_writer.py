"""Writing a log: what was said is in it, secrets are not, and neither a crash nor a full disk makes it a lie."""

import os
import resource
import signal
import subprocess
import sys
import threading

import pytest

from paas.apps.masking import Mask
from paas.deployments.journal import writer as journal_writer
from paas.deployments.journal.journal import Journals
from paas.deployments.journal.lines import CUT_MARK, LONGEST_LINE_BYTES, TORN_MARK, encoded
from paas.errors import Unavailable
from tests.deployments.reading import texts, write
from tests.waiting import eventually


@pytest.fixture
def journals(tmp_path):
    return Journals(tmp_path / "deployments")


@pytest.fixture
def path(tmp_path):
    (tmp_path / "deployments").mkdir()
    return tmp_path / "deployments" / "7.log"


def _lines(journals, deployment_id=7):
    return [line for lines in journals.file(deployment_id).lines() for line in lines]


def test_what_was_said_before_the_end_is_in_the_file_in_order(journals):
    write(journals, 7, *range(10_000))
    assert texts(_lines(journals)) == [str(number) for number in range(10_000)]


def test_the_folder_and_the_file_are_for_us_alone(journals, tmp_path):
    write(journals, 7, "one")
    folder = tmp_path / "deployments"
    assert (folder.stat().st_mode & 0o777, (folder / "7.log").stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_text_of_several_lines_is_kept_line_by_line(journals):
    write(journals, 7, "one\ntwo\r\n\nfour\n", "", "six")
    assert texts(_lines(journals)) == ["one", "two", "", "four", "", "six"]


def test_secrets_are_blanked_out_before_anything_is_written(journals, path):
    write(journals, 7, "the key is hunter22, and", "-----BEGIN-----\nabcdefghij\n-----END-----", "in lines: abcdefghij",
          mask=Mask(["hunter22", "-----BEGIN-----\nabcdefghij\n-----END-----"]))  # fmt: skip
    kept = path.read_text()
    assert "hunter22" not in kept
    assert "abcdefghij" not in kept
    assert texts(_lines(journals))[0] == "the key is [secret], and"


def test_warnings_are_marked_as_such(journals):
    with journals.writer(7, str) as journal:
        journal.say("step")
        journal.warn("warning")
    assert [(line.stream, line.text) for line in _lines(journals)] == [("stdout", "step"), ("stderr", "warning")]


def test_a_line_over_1_mb_is_cut_with_a_mark(journals):
    write(journals, 7, "x" * (LONGEST_LINE_BYTES + 5), "ü" * LONGEST_LINE_BYTES, "\udc80 half a pair")
    first, second, third = texts(_lines(journals))
    assert first == "x" * LONGEST_LINE_BYTES + CUT_MARK
    assert second.endswith(CUT_MARK)
    assert third == "? half a pair"


def test_a_second_run_adds_to_the_log(journals):
    write(journals, 7, "one")
    write(journals, 7, "two")
    assert texts(_lines(journals)) == ["one", "two"]


@pytest.mark.parametrize("kept", [1, 15, 30, 31, 32])
def test_the_torn_beginning_of_a_line_that_says_nothing_is_dropped(journals, path, kept):
    path.write_bytes(encoded(1, "one") + encoded(2, "two")[:kept])
    write(journals, 7, "three")
    assert texts(_lines(journals)) == ["one", "three"]


@pytest.mark.parametrize("kept", [33, 34, 35])
def test_a_line_that_a_crash_tore_is_finished_with_a_mark(journals, path, kept):
    path.write_bytes(encoded(1, "one") + encoded(2, "two")[:kept])
    position = _lines(journals)[-1].position
    write(journals, 7, "three")
    assert texts(_lines(journals)) == ["one", "two"[: kept - 33] + TORN_MARK, "three"]
    assert _lines(journals)[0].position == position


def test_what_was_written_before_a_kill_is_whole_and_goes_on(journals, tmp_path):
    program = """
import sys
from pathlib import Path
from paas.deployments.journal.journal import Journals
with Journals(Path(sys.argv[1])).writer(7, str) as journal:
    for number in range(10_000_000):
        journal.say(str(number))
"""
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "deployments")])
    eventually(lambda: journals.file(7).end() > 500_000)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    before = texts(_lines(journals))
    assert before == [str(number) for number in range(len(before))]
    write(journals, 7, "Interrupted.")
    after = texts(_lines(journals))
    assert after[: len(before)] == before
    assert after[-1] == "Interrupted."
    assert len(after) <= len(before) + 2


def test_lines_that_a_full_disk_refuses_are_declared_when_there_is_room_again(journals, caplog):
    with journals.writer(7, str) as journal:
        journal.say("one")
        eventually(lambda: len(_lines(journals)) == 1)
        with _files_of_at_most(journals.file(7).end() + 50):
            for number in range(100):
                journal.say(f"lost {number}")
            eventually(lambda: journal._lost == 100)
        journal.say("two")
    assert texts(_lines(journals)) == ["one", "[100 lines are missing here: File too large]", "two"]
    assert caplog.records == []


def test_lines_lost_at_the_end_are_told_in_our_own_output(journals, caplog):
    journal = journals.writer(7, str)
    with _files_of_at_most(10):
        journal.say("lost")
        journal.close()
    assert caplog.messages == [f"{journals._path(7)} lacks its last 1 lines: File too large"]
    assert _lines(journals) == []


class _files_of_at_most:  # noqa: N801 - reads as a statement
    """While it is open, no file of this process grows beyond this: a disk that is full."""

    def __init__(self, size):
        self._size = size

    def __enter__(self):
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._size, self._before[1]))

    def __exit__(self, *_):
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


def test_a_folder_that_cannot_be_made_is_a_problem_with_its_name(tmp_path):
    (tmp_path / "deployments").write_text("a file")
    with pytest.raises(Unavailable, match=r"cannot be kept in .*/deployments: "):
        Journals(tmp_path / "deployments").writer(7, str)


def test_who_says_more_than_the_disk_takes_has_to_wait(journals, monkeypatch):
    real, is_free = journal_writer._append, threading.Event()

    def slow(file, said):
        is_free.wait(20)
        real(file, said)

    monkeypatch.setattr(journal_writer, "_append", slow)
    monkeypatch.setattr(journal_writer, "MOST_PENDING_BYTES", 10_000)
    journal = journals.writer(7, str)
    said = []

    def say():
        for number in range(2_000):
            journal.say(str(number))
            said.append(number)

    talker = threading.Thread(target=say, daemon=True)
    talker.start()
    eventually(lambda: len(said) > 100)
    assert len(said) < 1_000
    is_free.set()
    talker.join(20)
    journal.close()
    assert texts(_lines(journals)) == [str(number) for number in range(2_000)]


def test_closing_twice_is_no_harm(journals):
    journal = journals.writer(7, str)
    journal.say("one")
    journal.close()
    journal.close()
    assert texts(_lines(journals)) == ["one"]
