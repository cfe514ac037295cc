"""One publisher, many viewers: each gets every line once and in order, or is told how many it was not given."""

import json

import pytest

from paas.broadcast import BATCH_LINES, RING_BYTES, RING_LINES, UNDER_WAY_BYTES, UNDER_WAY_LINES, Batch, Channel
from tests.readers import Reader, row_of, rows_of, to_all


@pytest.fixture
def channel():
    return Channel()


def test_a_newcomer_begins_with_what_comes(channel):
    channel.publish(rows_of(0, 1))
    reader = Reader(channel)
    reader.viewer.release()
    channel.publish(rows_of(2, 3))
    assert (reader.numbers, reader.skipped) == ([2, 3], 0)


def test_nothing_is_sent_before_the_release(channel):
    reader = Reader(channel)
    channel.publish(rows_of(0))
    assert reader.rows == []
    reader.viewer.release()
    assert reader.numbers == [0]


@pytest.mark.parametrize(("line", "first"), [(0, 0), (3, 3), (4, 4), (7, 7), (10, None), (-5, 0)])
def test_a_viewer_begins_in_the_middle_of_a_batch(channel, line, first):
    channel.publish(rows_of(0, 1, 2, 3))
    channel.mark("between")
    channel.publish(rows_of(4, 5, 6, 7, 8, 9))
    reader = Reader(channel)
    reader.viewer.start_before(line)
    reader.viewer.release()
    assert (reader.numbers, reader.skipped) == ([] if first is None else list(range(first, 10)), 0)


def test_the_line_after_a_position_is_found_while_the_ring_holds_it(channel):
    channel.publish(rows_of(0, 1, 2))
    channel.mark("between", "p2~1")
    channel.publish(rows_of(3))
    assert channel.place_after("p2~1") == (2, 3)
    assert [channel.place_after(f"p{number}") for number in range(5)] == [(0, 1), (0, 2), (1, 3), (3, 4), None]
    assert channel.last_row == row_of(3)


def test_slow_viewer_loses_lines_but_is_told(channel):
    slow, quick = Reader(channel), Reader(channel)
    for reader in (slow, quick):
        reader.viewer.release()
    for start in range(0, 20_000, 100):
        channel.publish(rows_of(*range(start, start + 100)))
        quick.take_all()
    assert quick.numbers == list(range(20_000))
    first = slow.numbers
    assert first == list(range(len(first)))
    assert 3_000 < len(first) <= UNDER_WAY_LINES
    slow.take_all()
    assert slow.skipped > 0
    assert len(slow.rows) + slow.skipped == 20_000
    assert slow.numbers == [*first, *range(len(first) + slow.skipped, 20_000)]


def test_a_position_that_was_never_sent_says_nothing(channel):
    reader = Reader(channel)
    reader.viewer.release()
    for number in range(UNDER_WAY_LINES):
        channel.publish(rows_of(number))
    sent = len(reader.rows)
    for position in ("", "p99999", "nonsense", f"p{sent}"):
        reader.viewer.taken(position)
    assert len(reader.rows) == sent < UNDER_WAY_LINES
    reader.viewer.taken("p9")
    assert len(reader.rows) == sent + 10
    reader.viewer.taken("p9")
    assert len(reader.rows) == sent + 10


def test_rows_of_a_megabyte_are_under_way_one_at_a_time_and_fill_the_ring_alone(channel):
    reader = Reader(channel)
    reader.viewer.release()
    for number in range(5):
        channel.publish([row_of(number, "x" * 1024 * 1024)])
        channel.publish(rows_of(number + 100))
    assert reader.numbers == [0]
    reader.take_all()
    assert len(reader.rows) + reader.skipped == 10
    assert reader.numbers == [0, 104]
    assert sum(item.size for item in channel._items if isinstance(item, Batch)) <= RING_BYTES + 1024 * 1024 + 1000


def test_a_batch_is_written_once_for_all(channel):
    first, second = Reader(channel), Reader(channel)
    for reader in (first, second):
        reader.viewer.release()
    channel.publish([row_of(0, 'quote " and \u2028 and \x1b[31m')])
    assert first.sent[0].text is second.sent[0].text
    assert json.loads(first.sent[0].text) == [list(row_of(0, 'quote " and \u2028 and \x1b[31m'))]


def test_a_viewer_that_left_gets_nothing_more(channel):
    reader = Reader(channel)
    reader.viewer.release()
    reader.viewer.leave()
    channel.publish(rows_of(0))
    assert (reader.rows, len(channel)) == ([], 0)


def test_a_viewer_that_left_before_its_release_gets_nothing(channel):
    """It went while the past was read for it."""
    channel.publish(rows_of(0, 1))
    reader = Reader(channel)
    reader.viewer.start_before(0)
    reader.viewer.leave()
    reader.viewer.release()
    assert reader.rows == []


def test_lines_from_elsewhere_come_before_the_ring(channel):
    channel.publish(rows_of(5))
    reader = Reader(channel)
    channel.publish(rows_of(6, 7))
    reader.viewer.give(rows_of(*range(3, 6)), 3)
    reader.viewer.release()
    assert (reader.numbers, reader.skipped) == ([3, 4, 5, 6, 7], 3)


def test_a_batch_ends_where_its_publisher_says(channel):
    reader = Reader(channel)
    reader.viewer.release()
    channel.publish(rows_of(0, 1, 2), end="here")
    channel.publish(rows_of(3))
    assert [batch.position for batch in reader.sent] == ["here", "p3"]
    assert channel.place_after("here") == (1, 3)
    assert channel.place_after("p1") == (0, 2)
    later = Reader(channel)
    later.viewer.start_before(1)
    later.viewer.release()
    assert later.sent[0].position == "here"


def test_what_comes_from_elsewhere_ends_where_its_giver_says(channel):
    reader = Reader(channel)
    with_ends = [row_of(number) for number in range(BATCH_LINES + 1)]
    reader.viewer.give(with_ends, 0, end_of=lambda rows: f"after {rows[-1][0]}")
    assert [batch.position for batch in reader.sent] == [f"after p{BATCH_LINES - 1}", f"after p{BATCH_LINES}"]


def test_who_confirms_a_mark_confirms_what_came_before_it(channel):
    reader = Reader(channel)
    reader.viewer.give(rows_of(*range(UNDER_WAY_LINES)), 0)
    reader.viewer.give_mark("exited", "p~1")
    reader.viewer.give_mark("started", "p~2")
    channel.publish(rows_of(UNDER_WAY_LINES))
    reader.viewer.release()
    assert reader.numbers[-1] == UNDER_WAY_LINES - 1
    reader.viewer.taken("p~2")
    assert reader.numbers[-1] == UNDER_WAY_LINES
    assert [mark for _, mark in reader.marks] == ["exited", "started"]


def test_a_viewer_that_left_is_given_no_marks(channel):
    reader = Reader(channel)
    reader.viewer.leave()
    reader.viewer.give_mark("exited", "p~1")
    assert reader.marks == []


def test_who_keeps_up_is_sent_to_together_and_who_does_not_alone(channel):
    groups = []

    def crowd(members, item):
        groups.append(members)
        to_all(members, item)

    slow, *quick = [Reader(channel, crowd=crowd) for _ in range(3)]
    for reader in (slow, *quick):
        reader.viewer.release()
    numbers = iter(range(2 * UNDER_WAY_LINES))
    for number in numbers:
        channel.publish(rows_of(number))
        for reader in quick:
            reader.take_all()
        if groups[-1] == quick:
            break
    assert groups[0] == [slow, *quick]
    assert [reader.numbers[-1] for reader in (slow, *quick)] == [number - 1, number, number]
    slow.take_all()
    assert slow.numbers == list(range(number + 1))
    channel.publish(rows_of(number + 1))
    assert groups[-1] == [slow, *quick]


def test_a_viewer_may_answer_while_it_is_sent_to(channel):
    seen = []
    viewer = channel.view(lambda item, _: (seen.append(item.position), viewer.taken(item.position)))
    viewer.release()
    for number in range(3 * UNDER_WAY_LINES):
        channel.publish(rows_of(number))
    assert seen == [f"p{number}" for number in range(3 * UNDER_WAY_LINES)]


def test_the_limits_are_as_the_contract_says():
    assert (RING_LINES, UNDER_WAY_LINES) == (1_000, 4_000)
    assert UNDER_WAY_BYTES + 128 * 1024 <= 512 * 1024
    assert BATCH_LINES < RING_LINES
