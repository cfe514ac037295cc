"""What containers write that is not a short line of UTF-8, byte for byte as the engine keeps it."""

import pytest

from tests import images, writers
from tests.end_to_end.accounts import assert_complete

MEGABYTE = 1024 * 1024
CUT = " … [cut at 1 MB]"


@pytest.fixture
def watched(engine, run, watch, puppet):
    """A puppet's container and a viewer of it."""
    container = run(images.python(engine), puppet.command, volumes=puppet.volumes)
    return container, watch(container.name, keeps_rows=True)


def test_line_of_one_megabyte_comes_whole(watched, puppet):
    _, viewer = watched
    line = "".join(f"{number:07d}|" for number in range(MEGABYTE // 8))
    puppet.say(line)
    puppet.say("after")
    assert viewer.wait_for_text("after").texts == [line, "after"]


def test_longer_line_is_cut_with_a_mark_and_the_next_one_is_intact(watched, puppet):
    _, viewer = watched
    line = "".join(f"{number:07d}|" for number in range(3 * MEGABYTE // 8))
    puppet.say("before")
    puppet.say(line)
    puppet.say("after")
    assert viewer.wait_for_text("after").texts == ["before", line[:MEGABYTE] + CUT, "after"]


def test_long_lines_on_both_streams_at_once_do_not_mix(watched, puppet):
    _, viewer = watched
    for letter in "abcd":
        # Parts of 16 KiB of both lines stand in turn in the log.
        for _ in range(10):
            puppet.say(letter * 20_000, end="")
            puppet.say(letter.upper() * 20_000, stream="stderr", end="")
        puppet.say("")
        puppet.say("", stream="stderr")
    viewer.wait(lambda account: len(account.rows) == 8)
    texts = {
        stream: [row.text for row in viewer.account.rows if row.stream == stream] for stream in ("stdout", "stderr")
    }
    assert texts == {"stdout": [c * 200_000 for c in "abcd"], "stderr": [c * 200_000 for c in "ABCD"]}


def test_viewer_that_comes_back_amid_long_lines_sees_each_once(watched, puppet, watch):
    container, viewer = watched
    lines = [letter * 300_000 for letter in "abcdef"]
    for line in lines:
        puppet.say(line)
    viewer.wait(lambda account: len(account.rows) == 6)
    for index, row in enumerate(viewer.account.rows[:-1]):
        again = watch(container.name, keeps_rows=True, position=row.position)
        again.wait(lambda account, index=index: len(account.rows) == 5 - index)
        assert again.account.texts == lines[index + 1 :]


def test_bytes_that_are_no_text_are_replaced_one_by_one(watched, puppet):
    _, viewer = watched
    puppet.say(b"caf\xe9 \xff\xfe \xf0\x9f\x90\xb3 \xe2\x82\n")
    puppet.say(b"zero \x00 and bell \x07\n")
    puppet.say("after")
    texts = viewer.wait_for_text("after").texts
    assert texts == ["caf� �� 🐳 ��", "zero \x00 and bell \x07", "after"]


def test_progress_line_keeps_its_carriage_returns(watched, puppet):
    _, viewer = watched
    for percent in range(0, 101, 25):
        puppet.say(f"\r{percent} %", end="")
    puppet.say("")
    puppet.say("dos line\r")
    puppet.say("after")
    texts = viewer.wait_for_text("after").texts
    assert texts == ["\r0 %\r25 %\r50 %\r75 %\r100 %", "dos line", "after"]


def test_empty_lines_are_lines(watched, puppet):
    _, viewer = watched
    for text in ("", "  ", "", "after"):
        puppet.say(text)
    assert viewer.wait_for_text("after").texts == ["", "  ", "", "after"]


def test_last_line_without_newline_is_a_line(watched, puppet):
    _, viewer = watched
    puppet.say("first")
    puppet.say("last words", end="")
    puppet.exit(0)
    viewer.wait(lambda account: "exited" in account.kinds)
    assert viewer.account.order == ["first", "last words", "exited"]


def test_terminal_has_one_stream_and_its_long_lines_are_whole(engine, create, watch, puppet):
    container = create(images.python(engine), puppet.command, volumes=puppet.volumes, tty=True)
    viewer = watch(container.name, keeps_rows=True)
    container.start()
    puppet.say("\x1b[31mred\x1b[0m")
    puppet.say("told on the other stream", stream="stderr")
    puppet.say("x" * 100_000)
    puppet.say("after")
    texts = viewer.wait_for_text("after").texts
    assert texts == ["\x1b[31mred\x1b[0m", "told on the other stream", "x" * 100_000, "after"]
    assert {row.stream for row in viewer.account.rows} == {"stdout"}


def test_terminal_at_full_speed_loses_nothing(engine, create, watch):
    container = create(images.python(engine), writers.numbered(count=20_000), tty=True)
    viewer = watch(container.name)
    container.start()
    account = viewer.wait_for_all(20_000)
    assert account.shown + account.skipped == 20_000
    assert account.numbers["stdout"] == sorted(set(account.numbers["stdout"]))


def test_log_that_the_engine_does_not_keep_says_so(engine, run, watch):
    container = run(images.busybox(engine), ["sleep", "100000"], log_config={"type": "none"})
    viewer = watch(container.name)
    viewer.wait(lambda account: account.statuses[-1]["state"] == "ended")
    assert "log driver 'none'" in viewer.account.statuses[-1]["message"]


@pytest.mark.parametrize("driver", ["local", "json-file"])
def test_drivers_that_the_engine_reads_back(engine, create, watch, driver):
    """No more lines than may be under way to a viewer: however slow the machine is, none is skipped."""
    container = create(
        images.python(engine),
        writers.numbered(count=900, rate=1_000, stream="stdout,stderr"),
        log_config={"type": driver},
    )
    viewer = watch(container.name)
    container.start()
    assert_complete(viewer.wait_for_all(1_800), written=900, streams=("stdout", "stderr"))
    again = watch(container.name, tail=1_000)
    again.wait_for_all(1_000)
    shown = again.account.numbers
    assert all(numbers == list(range(numbers[0], 900)) for numbers in shown.values())
