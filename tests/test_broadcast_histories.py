"""Generated histories of one channel: whatever happens in whatever order, every line is received or declared."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from paas import broadcast
from paas.broadcast import Batch, Channel
from tests.readers import Reader, row_of, to_all


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
        self.channel.publish([row_of(self.count + index, "x" * size) for index, size in enumerate(sizes)])
        self.count += len(sizes)

    @rule()
    def mark(self):
        self.channel.mark(len(self.marks))
        self.marks.append(self.count)

    @rule(target=viewers, back=st.integers(0, 30), crowd=st.sampled_from([None, to_all]))
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
