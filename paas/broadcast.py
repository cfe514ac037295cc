"""One publisher, many viewers, each at a pace of its own. Never blocks; keeps count of what a viewer was not given.

There is no queue for a viewer, only one ring of the newest batches for all of them. A viewer is a place in the ring and
a limit on what may be under way to it unconfirmed: a slow one costs no more memory than a quick one. When the ring has
moved past its place, it goes on from the oldest batch there is, and is told how many lines it missed."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import orjson

from paas.errors import Problem

RING_LINES = 1_000
RING_BYTES = 1024 * 1024
BATCH_LINES = 500
BATCH_BYTES = 128 * 1024

UNDER_WAY_LINES = 4_000
UNDER_WAY_BYTES = 384 * 1024

Row = tuple[str, str, str, str, str]
"""position, time, process, stream, text"""


@dataclass(frozen=True)
class Batch:
    """Consecutive lines. ``first_line`` counts from the beginning of the channel; ``end`` is where a reader goes on
    after them, if that is not the position of the last row."""

    index: int
    first_line: int
    rows: tuple[Row, ...]
    end: str = ""

    @property
    def next_line(self) -> int:
        return self.first_line + len(self.rows)

    @property
    def position(self) -> str:
        return self.end or self.rows[-1][0]

    @cached_property
    def text(self) -> str:
        """The rows as JSON, made once for all viewers. One string is what the Socket.IO encoder is quickest with."""
        return orjson.dumps(self.rows).decode()

    @cached_property
    def size(self) -> int:
        return sum(len(row[4]) + 120 for row in self.rows)


@dataclass(frozen=True)
class Marker:
    """What happened between two lines. ``process`` is whose it is, empty for all."""

    kind: str
    message: str
    time: str
    position: str
    process: str = ""


class PositionGone(Problem):
    """The log does not hold the position that a reader wants to go on from."""

    kind = "gone"


@dataclass(frozen=True)
class Mark:
    """What stands between two lines: a restart, an engine that was lost. It is no line and is not counted as one."""

    index: int
    first_line: int
    value: object
    position: str = ""

    @property
    def next_line(self) -> int:
        return self.first_line


Item = Batch | Mark


Crowd = Callable[[list[Any], Item], None]
"""Sends one item to many members at once, so that it is encoded once."""


class Viewer:
    """One reader of a channel. ``send`` gets an item and the number of lines left out before it, and must not block.

    Where there is a ``crowd``, it gets the ``member`` of every viewer that keeps up, instead of their ``send``.
    """

    def __init__(
        self,
        channel: "Channel",
        send: Callable[[Item, int], None],
        *,
        crowd: Crowd | None = None,
        member: object = None,
    ) -> None:
        self.crowd, self.member = crowd, member
        self._channel, self._send = channel, send
        self._next_index, self._next_line = channel.next_index, channel.next_line
        self._under_way: deque[tuple[str, int, int]] = deque()
        self._lines_under_way = self._bytes_under_way = 0
        self._is_held, self._has_left = True, False

    def start_before(self, line: int) -> None:
        """Begin with this line of the channel, or the oldest there is, without counting what came before."""
        self._next_index, self._next_line = self._channel.place_of(line)

    def start_at(self, place: tuple[int, int]) -> None:
        """Begin with the item of this index and the line of this number."""
        self._next_index, self._next_line = place

    def give(self, rows: Iterable[Row], skipped: int, *, end_of: Callable[[Iterable[Row]], str] | None = None) -> None:
        """Send lines that come before the viewer's place, read from elsewhere; ``skipped`` is what lies before them.

        ``end_of`` tells the end of each batch, one after the other, where that is not its last row's position.
        """
        rows = () if self._has_left else tuple(rows)
        for start in range(0, len(rows), BATCH_LINES):
            part = rows[start : start + BATCH_LINES]
            self._deliver(Batch(-1, 0, part, end_of(part) if end_of else ""), skipped if start == 0 else 0)

    def give_mark(self, value: object, position: str) -> None:
        """Send a mark that stands before the viewer's place."""
        if not self._has_left:
            self._deliver(Mark(-1, 0, value, position), 0)

    def release(self) -> None:
        """From now on, send what there is and what comes."""
        self._is_held = self._has_left
        self.offer()

    def taken(self, position: str) -> None:
        """The viewer has come as far as ``position``; one that was never sent, or is confirmed already, says
        nothing."""
        if not any(position == sent for sent, _, _ in self._under_way):
            return
        sent = ""
        while sent != position:
            sent, lines, size = self._under_way.popleft()
            self._lines_under_way -= lines
            self._bytes_under_way -= size
        self.offer()

    def offer(self) -> None:
        """Send what is next, as far as there is room."""
        while not self._is_held and self.has_room() and (item := self._channel.item_at(self._next_index)) is not None:
            if isinstance(item, Batch) and item.first_line < self._next_line:
                item = replace(item, first_line=self._next_line, rows=item.rows[self._next_line - item.first_line :])
            skipped = item.first_line - self._next_line
            self._next_index, self._next_line = item.index + 1, item.next_line
            self._deliver(item, skipped)

    def keeps_up(self, item: Item) -> bool:
        """Take note of ``item`` as sent, if it is just what comes next and there is room for it."""
        place = (item.index, item.first_line)
        if self._is_held or place != (self._next_index, self._next_line) or not self.has_room():
            return False
        self._next_index, self._next_line = item.index + 1, item.next_line
        self._note(item)
        return True

    def leave(self) -> None:
        self._is_held = self._has_left = True
        self._channel.remove(self)

    def has_room(self) -> bool:
        return self._lines_under_way < UNDER_WAY_LINES and self._bytes_under_way < UNDER_WAY_BYTES

    def _deliver(self, item: Item, skipped: int) -> None:
        self._note(item)
        self._send(item, skipped)

    def _note(self, item: Item) -> None:
        """A mark takes no room, but a viewer may confirm what came before by confirming it."""
        if isinstance(item, Batch) and item.rows:
            self._under_way.append((item.position, len(item.rows), item.size))
            self._lines_under_way += len(item.rows)
            self._bytes_under_way += item.size
        elif isinstance(item, Mark) and item.position:
            if self._under_way and not self._under_way[-1][1]:
                self._under_way.pop()  # of marks in a row the last one will do
            self._under_way.append((item.position, 0, 0))


class Channel:
    """The newest items and the viewers of them. Called from one thread at a time; nothing in it waits."""

    def __init__(self) -> None:
        self.next_index = self.next_line = 0
        self._items: deque[Item] = deque()
        self._lines = self._bytes = 0
        self._viewers: dict[Viewer, None] = {}

    def __len__(self) -> int:
        """How many viewers there are."""
        return len(self._viewers)

    @property
    def last_row(self) -> Row | None:
        batches = (item for item in reversed(self._items) if isinstance(item, Batch))
        return next((batch.rows[-1] for batch in batches), None)

    def view(self, send: Callable[[Item, int], None], *, crowd: Crowd | None = None, member: object = None) -> Viewer:
        """A viewer that begins with what comes next. It gets nothing before its ``release``."""
        viewer = Viewer(self, send, crowd=crowd, member=member)
        self._viewers[viewer] = None
        return viewer

    def remove(self, viewer: Viewer) -> None:
        self._viewers.pop(viewer, None)

    def publish(self, rows: Iterable[Row], *, end: str = "") -> None:
        """Hand out these rows. Those with an ``end`` of their own must be within one of ``batches``."""
        for part in batches(rows):
            self._append(Batch(self.next_index, self.next_line, part, end))

    def mark(self, value: object, position: str = "") -> None:
        self._append(Mark(self.next_index, self.next_line, value, position))

    def item_at(self, index: int) -> Item | None:
        """The item of this index, or the oldest there is when that one is gone; None when it is still to come."""
        if index >= self.next_index:
            return None
        return self._items[max(index - self._items[0].index, 0)]

    def place_of(self, line: int) -> tuple[int, int]:
        """The index of the item that holds ``line`` and the line itself, or those of the oldest item there is."""
        for item in self._items:
            if item.next_line > line:
                return item.index, max(line, item.first_line)
        return self.next_index, self.next_line

    def place_after(self, position: str) -> tuple[int, int] | None:
        """The index of the item and the number of the line that come after ``position``; None when the ring does not
        hold that. After a line come the marks that stand before the next one."""
        for item in reversed(self._items):
            if item.position == position:
                return item.index + 1, item.next_line
            if isinstance(item, Batch):
                for offset, row in enumerate(item.rows):
                    if row[0] == position:
                        return item.index, item.first_line + offset + 1
        return None

    def _append(self, item: Item) -> None:
        self.next_index, self.next_line = item.index + 1, item.next_line
        self._items.append(item)
        self._lines += item.next_line - item.first_line
        self._bytes += _size(item)
        while len(self._items) > 1 and self._is_over():
            oldest = self._items.popleft()
            self._lines -= oldest.next_line - oldest.first_line
            self._bytes -= _size(oldest)
        self._hand_out(item)

    def _hand_out(self, item: Item) -> None:
        together: dict[Crowd, list[object]] = {}
        for viewer in tuple(self._viewers):
            if viewer.crowd is not None and viewer.keeps_up(item):
                together.setdefault(viewer.crowd, []).append(viewer.member)
            else:
                viewer.offer()
        for crowd, members in together.items():
            crowd(members, item)

    def _is_over(self) -> bool:
        oldest = self._items[0]
        kept = self._lines - (oldest.next_line - oldest.first_line)
        return kept >= RING_LINES or self._bytes > RING_BYTES or len(self._items) > 2 * RING_LINES


def _size(item: Item) -> int:
    return item.size if isinstance(item, Batch) else 0


def batches(rows: Iterable[Row]) -> Iterable[tuple[Row, ...]]:
    """Parts of at most BATCH_LINES and, unless one row alone is longer, about BATCH_BYTES."""
    part: list[Row] = []
    size = 0
    for row in rows:
        if part and (len(part) >= BATCH_LINES or size + len(row[4]) > BATCH_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(row)
        size += len(row[4])
    if part:
        yield tuple(part)
