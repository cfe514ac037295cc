"""One publisher, many viewers: each gets every line once and in order, or is told how many it was not given."""

import json

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from paas import broadcast
from paas.broadcast import BATCH_LINES, RING_BYTES, RING_LINES, UNDER_WAY_BYTES, UNDER_WAY_LINES, Batch, Channel, Mark


def _row(number, text="x"):
    return (f"p{number}", "2026-11-20T10:21:07.412345678Z", "web", "stdout", text)


def _rows(*numbers):
    return [_row(number) for number in numbers]


class Reader:
    """A viewer that remembers, and says how far it has come only when it is told to."""

    def __init__(self, channel, *, crowd=None):
        self.rows, self.marks, self.skipped, self.sent = [], [], 0, []
        self.skipped_before_last_row = 0
        self.viewer = channel.view(self._send, crowd=crowd, member=self)

    def _send(self, item, skipped):
        self.skipped += skipped
        if isinstance(item, Mark):
            self.marks.append((len(self.rows) + self.skipped, item.value))
        else:
            self.rows += item.rows
            self.skipped_before_last_row = self.skipped
            if item.rows:
                self.sent.append(item)

    @property
    def numbers(self):
        return [int(row[0][1:]) for row in self.rows]

    def take_all(self):
        while self.sent:
            self.viewer.taken(self.sent.pop(0).position)


def _to_all(members, item):
    for member in members:
        member._send(item, 0)


@pytest.fixture
def channel():
    return Channel()


def test_a_newcomer_begins_with_what_comes(channel):
    channel.publish(_rows(0, 1))
    reader = Reader(channel)
    reader.viewer.release()
    channel.publish(_rows(2, 3))
    assert (reader.numbers, reader.skipped) == ([2, 3], 0)


def test_nothing_is_sent_before_the_release(channel):
    reader = Reader(channel)
    channel.publish(_rows(0))
    assert reader.rows == []
    reader.viewer.release()
    assert reader.numbers == [0]


@pytest.mark.parametrize(("line", "first"), [(0, 0), (3, 3), (4, 4), (7, 7), (10, None), (-5, 0)])
def test_a_viewer_begins_in_the_middle_of_a_batch(channel, line, first):
    channel.publish(_rows(0, 1, 2, 3))
    channel.mark("between")
    channel.publish(_rows(4, 5, 6, 7, 8, 9))
    reader = Reader(channel)
    reader.viewer.start_before(line)
    reader.viewer.release()
    assert (reader.numbers, reader.skipped) == ([] if first is None else list(range(first, 10)), 0)


def test_the_line_after_a_position_is_found_while_the_ring_holds_it(channel):
    channel.publish(_rows(0, 1, 2))
    channel.mark("between", "p2~1")
    channel.publish(_rows(3))
    assert channel.place_after("p2~1") == (2, 3)
    assert [channel.place_after(f"p{number}") for number in range(5)] == [(0, 1), (0, 2), (1, 3), (3, 4), None]
    assert channel.last_row == _row(3)


def test_slow_viewer_loses_lines_but_is_told(channel):
    slow, quick = Reader(channel), Reader(channel)
    for reader in (slow, quick):
        reader.viewer.release()
    for start in range(0, 20_000, 100):
        channel.publish(_rows(*range(start, start + 100)))
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
        channel.publish(_rows(number))
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
        channel.publish([_row(number, "x" * 1024 * 1024)])
        channel.publish(_rows(number + 100))
    assert reader.numbers == [0]
    reader.take_all()
    assert len(reader.rows) + reader.skipped == 10
    assert reader.numbers == [0, 104]
    assert sum(item.size for item in channel._items if isinstance(item, Batch)) <= RING_BYTES + 1024 * 1024 + 1000


def test_a_batch_is_written_once_for_all(channel):
    first, second = Reader(channel), Reader(channel)
    for reader in (first, second):
        reader.viewer.release()
    channel.publish([_row(0, 'quote " and \u2028 and \x1b[31m')])
    assert first.sent[0].text is second.sent[0].text
    assert json.loads(first.sent[0].text) == [list(_row(0, 'quote " and \u2028 and \x1b[31m'))]


def test_a_viewer_that_left_gets_nothing_more(channel):
    reader = Reader(channel)
    reader.viewer.release()
    reader.viewer.leave()
    channel.publish(_rows(0))
    assert (reader.rows, len(channel)) == ([], 0)


def test_a_viewer_that_left_before_its_release_gets_nothing(channel):
    """It went while the past was read for it."""
    channel.publish(_rows(0, 1))
    reader = Reader(channel)
    reader.viewer.start_before(0)
    reader.viewer.leave()
    reader.viewer.release()
    assert reader.rows == []


def test_lines_from_elsewhere_come_before_the_ring(channel):
    channel.publish(_rows(5))
    reader = Reader(channel)
    channel.publish(_rows(6, 7))
    reader.viewer.give(_rows(*range(3, 6)), 3)
    reader.viewer.release()
    assert (reader.numbers, reader.skipped) == ([3, 4, 5, 6, 7], 3)


def test_a_batch_ends_where_its_publisher_says(channel):
    reader = Reader(channel)
    reader.viewer.release()
    channel.publish(_rows(0, 1, 2), end="here")
    channel.publish(_rows(3))
    assert [batch.position for batch in reader.sent] == ["here", "p3"]
    assert channel.place_after("here") == (1, 3)
    assert channel.place_after("p1") == (0, 2)
    later = Reader(channel)
    later.viewer.start_before(1)
    later.viewer.release()
    assert later.sent[0].position == "here"


def test_what_comes_from_elsewhere_ends_where_its_giver_says(channel):
    reader = Reader(channel)
    with_ends = [_row(number) for number in range(BATCH_LINES + 1)]
    reader.viewer.give(with_ends, 0, end_of=lambda rows: f"after {rows[-1][0]}")
    assert [batch.position for batch in reader.sent] == [f"after p{BATCH_LINES - 1}", f"after p{BATCH_LINES}"]


def test_who_confirms_a_mark_confirms_what_came_before_it(channel):
    reader = Reader(channel)
    reader.viewer.give(_rows(*range(UNDER_WAY_LINES)), 0)
    reader.viewer.give_mark("exited", "p~1")
    reader.viewer.give_mark("started", "p~2")
    channel.publish(_rows(UNDER_WAY_LINES))
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
        _to_all(members, item)

    slow, *quick = [Reader(channel, crowd=crowd) for _ in range(3)]
    for reader in (slow, *quick):
        reader.viewer.release()
    numbers = iter(range(2 * UNDER_WAY_LINES))
    for number in numbers:
        channel.publish(_rows(number))
        for reader in quick:
            reader.take_all()
        if groups[-1] == quick:
            break
    assert groups[0] == [slow, *quick]
    assert [reader.numbers[-1] for reader in (slow, *quick)] == [number - 1, number, number]
    slow.take_all()
    assert slow.numbers == list(range(number + 1))
    channel.publish(_rows(number + 1))
    assert groups[-1] == [slow, *quick]


def test_a_viewer_may_answer_while_it_is_sent_to(channel):
    seen = []
    viewer = channel.view(lambda item, _: (seen.append(item.position), viewer.taken(item.position)))
    viewer.release()
    for number in range(3 * UNDER_WAY_LINES):
        channel.publish(_rows(number))
    assert seen == [f"p{number}" for number in range(3 * UNDER_WAY_LINES)]


class Histories(RuleBasedStateMachine):
    """Whatever happens in whatever order: received + skipped = published since its place, in order, nothing twice."""

    viewers = Bundle("viewers")

    def __init__(self):
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        limits = {"RING_LINES": 10, "RING_BYTES": 3_000, "BATCH_LINES": 4, "BATCH_BYTES": 500}
        for name, value in {**limits, "UNDER_WAY_LINES": 12, "UNDER_WAY_BYTES": 4_000}.items():
            self.patch.setattr(broadcast, name, value)
        self.channel, self.count, self.marks, self.readers = Channel(), 0, [], []

    def teardown(self):
        for reader in self.readers:
            reader.take_all()
            assert reader.skipped + len(reader.rows) == self.count - reader.place
        self.patch.undo()

    @rule(sizes=st.lists(st.sampled_from([1, 1, 1, 100, 900, 5_000]), max_size=12))
    def publish(self, sizes):
        self.channel.publish([_row(self.count + index, "x" * size) for index, size in enumerate(sizes)])
        self.count += len(sizes)

    @rule()
    def mark(self):
        self.channel.mark(len(self.marks))
        self.marks.append(self.count)

    @rule(target=viewers, back=st.integers(0, 30), crowd=st.sampled_from([None, _to_all]))
    def join(self, back, crowd):
        reader = Reader(self.channel, crowd=crowd)
        oldest = self.channel._items[0].first_line if self.channel._items else self.count
        reader.viewer.start_before(self.count - back)
        reader.place = max(self.count - back, oldest)
        self.readers.append(reader)
        reader.viewer.release()
        return reader

    @rule(reader=viewers, count=st.integers(1, 5))
    def take(self, reader, count):
        taken, reader.sent[:count] = reader.sent[:count], []
        for item in taken:  # each may bring another item
            reader.viewer.taken(item.position)

    @rule(reader=viewers, count=st.integers(0, 5))
    def take_several_at_once(self, reader, count):
        if count < len(reader.sent):
            reader.viewer.taken(reader.sent[count].position)
            del reader.sent[: count + 1]

    @rule(reader=consumes(viewers))
    def leave(self, reader):
        reader.viewer.leave()
        self.readers.remove(reader)

    @invariant()
    def every_line_is_received_or_declared_in_order(self):
        for reader in self.readers:
            numbers = reader.numbers
            assert numbers == sorted(set(numbers))
            if numbers:
                assert numbers[-1] + 1 - reader.place == len(numbers) + reader.skipped_before_last_row

    @invariant()
    def marks_stand_where_they_were_made(self):
        for reader in self.readers:
            assert all(reader.place + place == self.marks[mark] for place, mark in reader.marks)

    @invariant()
    def what_is_under_way_and_the_ring_are_bounded(self):
        for reader in self.readers:
            assert sum(len(item.rows) for item in reader.sent) < 12 + 4
            assert sum(item.size for item in reader.sent) < 4_000 + 5_200
        items = self.channel._items
        assert sum(item.next_line - item.first_line for item in items) < 10 + 4
        assert len(items) <= 2 * 10
        assert len(items) == 1 or sum(item.size for item in items if isinstance(item, Batch)) <= 3_000


Histories.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestHistories = Histories.TestCase


def test_the_limits_are_as_the_contract_says():
    assert (RING_LINES, UNDER_WAY_LINES) == (1_000, 4_000)
    assert UNDER_WAY_BYTES + 128 * 1024 <= 512 * 1024
    assert BATCH_LINES < RING_LINES
