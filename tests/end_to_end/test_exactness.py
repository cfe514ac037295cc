"""Shown and declared skipped is what was written: at any pace, for viewers of any pace, and by any filter."""

import threading

import pytest

from tests import images, writers
from tests.end_to_end.accounts import assert_complete, assert_exact
from tests.end_to_end.viewers import Viewer, cookies, viewers
from tests.waiting import eventually

BOTH = "stdout,stderr"


def test_a_hundred_thousand_lines_on_each_stream_at_once(engine, create, watch):
    container = create(images.python(engine), writers.numbered(count=100_000, stream=BOTH))
    viewer = watch(container.name)
    container.start()
    account = viewer.wait_for_all(200_000, 60)
    assert_exact(account, written=100_000, streams=2)
    assert account.problems == []


def test_three_hundred_thousand_lines_in_a_burst(engine, create, watch):
    container = create(images.python(engine), writers.numbered(count=300_000))
    viewer = watch(container.name)
    container.start()
    account = viewer.wait_for_all(300_000, 60)
    assert_exact(account, written=300_000)


def test_two_thousand_lines_a_second_are_shown_without_a_gap(engine, create, watch):
    container = create(images.python(engine), writers.numbered(count=3_000, rate=1_000, stream=BOTH))
    viewer = watch(container.name)
    container.start()
    account = viewer.wait_for_all(6_000)
    assert_complete(account, written=3_000, streams=("stdout", "stderr"))


def test_viewer_that_never_confirms_is_told_at_last_what_it_lost(engine, create, watch):
    container = create(images.python(engine), writers.numbered(count=60_000, rate=20_000))
    may_confirm = threading.Event()
    idle, quick = watch(container.name, confirms=may_confirm.is_set), watch(container.name)
    container.start()
    quick.wait_for_all(60_000)
    assert 0 < idle.account.shown < 6_000, idle.account.says()
    may_confirm.set()
    idle.confirm()
    assert_exact(idle.wait_for_all(60_000), written=60_000)
    assert_exact(quick.account, written=60_000)
    assert idle.account.numbers["stdout"][-1] == 59_999


def test_twenty_viewers_of_any_pace_count_the_same(engine, create, shared_dashboard, shared_session):
    container = create(images.python(engine), writers.numbered(count=20_000, rate=5_000, stream=BOTH))
    cookie, pace = cookies(shared_session), threading.Event()

    def make(number: int) -> Viewer:
        # Every third is slow to confirm, every third holds back what it reads.
        confirms = [lambda: True, lambda: not pace.wait(0.05), lambda: not pace.wait(0.4)][number % 3]
        return Viewer(shared_dashboard.address, cookie, container.name, confirms=confirms)

    with viewers(make, 20) as watching:
        container.start()
        container.wait()
        for viewer in watching:
            assert_exact(viewer.wait_for_all(40_000), written=20_000, streams=2)


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ({"contains": "7 CATS"}, lambda number: number % 10 == 7),
        ({"regex": r"^\d*5\d (cats|dogs)\b"}, lambda number: number // 10 % 10 == 5),
        ({"stream": "stderr", "contains": "99 "}, lambda number: number % 100 == 99),
    ],
)
def test_filter_shows_what_matches_and_nothing_else(engine, create, watch, tmp_path, only, expected):
    script = 'i=0; while [ $i -lt 3000 ]; do echo "$i cats"; echo "$i cats" >&2; i=$((i+1)); done'
    container = create(images.busybox(engine), ["sh", "-c", script])
    viewer, everything = watch(container.name, **only), watch(container.name)
    container.start()
    everything.wait_for_all(6_000)
    streams = [only["stream"]] if "stream" in only else ["stdout", "stderr"]
    matching = [number for number in range(3_000) if expected(number)]
    viewer.wait(lambda account: account.shown >= len(matching) * len(streams))
    assert viewer.account.numbers == dict.fromkeys(streams, matching)
    assert viewer.account.skipped == 0

    # Whoever opens the page afterwards reads the same from the file.
    later = watch(container.name, **only)
    later.wait(lambda account: account.shown >= len(matching) * len(streams))
    assert later.account.numbers == viewer.account.numbers


def test_resume_with_a_filter_goes_on_among_what_matches(engine, run, watch, tmp_path):
    puppet = writers.Puppet(tmp_path)
    container = run(images.python(engine), puppet.command, volumes=puppet.volumes)
    for number in range(100):
        puppet.say(f"{number} line")
    eventually(lambda: container.logs().count(b"\n") == 100)
    first = watch(container.name, contains="5 line")
    first.wait_for_all(10)
    first.close()
    for number in range(100, 3_000):
        puppet.say(f"{number} line")
    everything = watch(container.name)
    everything.wait(lambda account: account.numbers and account.numbers["stdout"][-1] == 2_999)
    again = watch(container.name, contains="5 line", position=first.account.position)
    again.wait(lambda account: account.shown >= 290)
    assert again.account.numbers["stdout"] == list(range(105, 3_000, 10))
    puppet.close()
