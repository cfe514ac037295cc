"""The engine rotates its files while they are followed. Its follower then sends lines again; ours shows each once."""

from itertools import pairwise

import pytest

from tests import images, writers
from tests.end_to_end.accounts import assert_complete, assert_exact


@pytest.mark.parametrize(
    ("max_size", "rate"),
    [("100k", 1_000), ("1m", 1_000), ("1m", 5_000)],
)
def test_every_line_once_though_the_log_rotates(engine, create, watch, max_size, rate):
    count = rate * 6
    container = create(
        images.python(engine),
        writers.numbered(count=count, rate=rate),
        log_config={"type": "json-file", "config": {"max-size": max_size, "max-file": "3"}},
    )
    viewer = watch(container.name)
    container.start()
    account = viewer.wait_for_all(count)
    # Nothing may be left out up to 2,000 lines/s; above that a busy machine may, and says exactly how much.
    (assert_complete if rate <= 2_000 else assert_exact)(account, written=count)
    assert set(viewer.account.kinds) <= {"started", "exited"}


def test_log_that_rotates_faster_than_it_can_be_read_says_so(engine, create, watch):
    """Three files of 20 kB hold 400 lines. What went with them cannot be shown, nor can anyone say how much it was."""
    container = create(
        images.python(engine),
        writers.numbered(count=100_000),
        log_config={"type": "json-file", "config": {"max-size": "20k", "max-file": "3"}},
    )
    viewer = watch(container.name)
    container.start()
    viewer.wait(lambda account: account.numbers.get("stdout", [0])[-1] == 99_999, 40)
    numbers = viewer.account.numbers["stdout"]
    assert numbers == sorted(set(numbers)), viewer.account.says()
    # What went before the log was read for the first time is the past of a log like any other; after it, each gap is
    # declared: by a number or, where nobody can know one, by a marker of its own.
    if len(numbers) + viewer.account.skipped < 100_000 - numbers[0]:
        assert "rotated" in viewer.account.kinds, viewer.account.says()
    gaps = [(last, first) for last, first in pairwise(numbers) if first != last + 1]
    if viewer.account.skipped == 0:
        assert len(gaps) <= viewer.account.kinds.count("rotated"), f"{gaps}; {viewer.account.says()}"


def test_viewer_away_while_the_log_rotates_past_its_position_is_told(engine, create, watch):
    container = create(
        images.python(engine),
        writers.numbered(count=4_000, rate=2_000),
        log_config={"type": "json-file", "config": {"max-size": "50k", "max-file": "2"}},
    )
    first, undisturbed = watch(container.name), watch(container.name)
    container.start()
    first.wait_for_all(100)
    first.close()
    undisturbed.wait_for_all(4_000)
    back = watch(container.name, position=first.account.position)
    back.wait(lambda account: account.numbers.get("stdout", [0])[-1] == 3_999)
    numbers = back.account.numbers["stdout"]
    assert numbers == list(range(numbers[0], 4_000))
    assert "rotated" in back.account.kinds
