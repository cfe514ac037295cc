"""Takes one container's lines as they are written: every one, once, in the order of its log.

A poll that waits: each asks for a window before the end and follows from there, so that a line is handed over when it
is written, and is given up after 20 s for the next one. Whatever breaks in between (the engine restarts, a file
rotates, a connection goes quiet) is healed by the next poll, which looks for the entry taken last and takes what comes
after it. If the window does not hold that entry, or an answer is out of order, a read without following closes the gap
first.

A log that rotates is taken by such reads alone, and following only tells when: at a rotation the engine's follower
skips whole files that were written and rotated before it came to them (20.10: 2,400 of 20,000 lines at a calm pace with
files of 50 kB), in good order and without a word.

No ``since``: the window alone bounds what a poll costs, and a time would hide what is written after a clock stepped
back."""

from collections.abc import Callable, Iterator
from itertools import takewhile
from threading import Event
from time import monotonic, sleep

from paas.broadcast import PositionGone
from paas.engine.connection import RECEIVE_BYTES, Stream
from paas.logs.reading.cursor import Finder, in_order
from paas.logs.reading.frames import Entry
from paas.logs.reading.lines import LogLine
from paas.logs.reading.reader import SMALL_ENTRIES, LogReader, backlog

POLL_SECONDS = 20.0
PACE_SECONDS = 0.02
"""While lines keep coming, what comes within this time is taken as one batch: a follower hands over each line by
itself, and waiting for more costs a third of the CPU."""

BACKLOG_ENTRIES = 1_000
SMALLEST_WINDOW, LARGEST_WINDOW = 50, 5_000
WINDOW_SECONDS = 0.5
"""The window holds what is written in this time, at the rate of the poll before."""

JOIN_SECONDS = 0.25
"""How long a follower may pause before it has shown the entry taken last; then a plain read looks for it."""

TURN_ENTRIES = 1_000
"""After so many the loop gets a turn, which keeps it within 2 ms."""


class Follower:
    """``publish`` gets lines, ``mark`` a kind and a sentence for what stands between two lines.

    ``pace`` says how many seconds of lines make a batch. Whoever sets ``interrupt`` and calls ``abort`` ends a poll
    that waits.
    """

    def __init__(
        self,
        reader: LogReader,
        *,
        publish: Callable[[list[LogLine]], None],
        mark: Callable[[str, str], None],
        interrupt: Event,
        pace: Callable[[], float] = lambda: PACE_SECONDS,
    ) -> None:
        self._reader, self._publish, self._mark = reader, publish, mark
        self._interrupt, self._pace = interrupt, pace
        self._joiner = reader.joiner()
        self._window = self._window_at_least = SMALLEST_WINDOW
        self._taken = 0
        self._resync_pause = 0.0
        self._stream: Stream | None = None
        self.took_lines = False
        """Whether the last poll brought anything."""

    def start(self) -> None:
        """Take the end of the log as it is now; a follower that is not started takes the log from its beginning."""
        self._publish(backlog(self._reader, self._joiner, BACKLOG_ENTRIES))

    def abort(self) -> None:
        """End the poll that waits in another thread."""
        if self._stream is not None:
            self._stream.abort()

    def poll(self) -> bool:
        """Follow for a while; True when the engine ended the answer, as it does when the container stops."""
        began, before = monotonic(), self._taken
        has_ended = self._poll_by_reads() if self._reader.rotates else self._poll_by_following()
        self._stream, taken = None, self._taken - before
        self.took_lines = taken > 0
        if taken:
            self._reader.is_small, self._window_at_least = False, SMALLEST_WINDOW
        rate = taken / max(monotonic() - began, 1)
        self._window = min(max(int(rate * WINDOW_SECONDS), self._window_at_least), LARGEST_WINDOW)
        return has_ended

    def _poll_by_following(self) -> bool:
        deadline, data = monotonic() + POLL_SECONDS, None
        finder, window, parse = self._finder(), self._poll_window(), self._reader.parser()
        with self._reader.follow(tail=window) as stream:
            self._stream = stream
            while data != b"" and not self._interrupt.is_set() and (left := deadline - monotonic()) > 0:
                is_joined = finder is None or finder.found is not None
                data = stream.read(left if is_joined else min(left, JOIN_SECONDS))
                # No parse.close(): a connection that breaks looks like an end, and a terminal's line would be torn.
                entries = parse.feed(data) if data else []
                fresh = entries if finder is None else finder.feed(entries)
                if not self._follows(finder, window, is_pause=not data) or not self._take(fresh):
                    self._resynchronise()
                    return False
                if fresh and data and len(data) < RECEIVE_BYTES:
                    sleep(self._pace())
        return data == b""

    def _poll_by_reads(self) -> bool:
        with self._reader.follow(tail=0) as stream:
            self._stream = stream
            self.catch_up()  # what was written before the engine listened
            data = None if self._interrupt.is_set() else stream.read(POLL_SECONDS)
        deadline, before = monotonic() + POLL_SECONDS, -1
        while data and self._taken != before and not self._interrupt.is_set() and monotonic() < deadline:
            before = self._taken
            self.catch_up()
            sleep(self._pace())
        return data == b""

    def _resynchronise(self) -> None:
        """Close the gap with a plain read, and poll through a larger window next time. When there was no gap but the
        entry taken last is still not found in a window (a long line that grows, alone on its stream), wait longer."""
        before = self._taken
        self._window_at_least = min(self._window * 4, LARGEST_WINDOW)
        self.catch_up()
        self._resync_pause = 0.0 if self._taken > before else min(self._resync_pause * 2 or JOIN_SECONDS, POLL_SECONDS)
        if self._resync_pause > JOIN_SECONDS:
            self._interrupt.wait(self._resync_pause)

    def catch_up(self, *, before: bytes | None = None) -> None:
        """Take what was stored after the entry taken last, without following: what such a read says holds.

        It stops at the first entry that is not older than the stamp ``before``.
        """
        cursor = self._joiner.cursor
        try:
            if cursor is not None:
                after = self._reader.after(cursor, line_ended=self._line_ended(), near=self._window)
                self._take_all(self._told_of_tears(after), before)
        except PositionGone:
            self.close()
            self._mark("rotated", "The log rotated; how many lines went with its older files is not known")
            self._joiner = self._reader.joiner()
        if self._joiner.cursor is None:
            self._take_all(self._reader.entries(tail=None), before)

    def _told_of_tears(self, answer: Iterator[list[Entry]]) -> Iterator[list[Entry]]:
        is_told = False
        for entries in answer:
            if self._reader.is_torn and not is_told:
                self._mark("resynchronised", "The engine cannot read a part of this log; lines go on after it")
                is_told = True
            yield entries

    def _take_all(self, answer: Iterator[list[Entry]], before: bytes | None) -> None:
        for entries in answer:
            if before is not None and any(entry.stamp >= before for entry in entries):
                self._join(list(takewhile(lambda entry: entry.stamp < before, entries)))
                return
            if in_order(entries, self._joiner.last, is_followed=False) < len(entries):
                self._mark("resynchronised", "The engine's clock stepped back; lines stand as they were written")
            self._join(entries)

    def close(self) -> None:
        """The container has ended: what was held back for a part to come is a line now."""
        self._publish(self._joiner.close())

    def _poll_window(self) -> int | None:
        return None if self._joiner.cursor is None or self._reader.is_small else self._window

    def _finder(self) -> Finder | None:
        cursor = self._joiner.cursor
        if cursor is None:
            return None
        return Finder(cursor, from_start=self._poll_window() is None, line_ended=self._line_ended())

    def _line_ended(self) -> bool:
        cursor = self._joiner.cursor
        return cursor is None or self._joiner.last[cursor.stream][1]

    def _follows(self, finder: Finder | None, window: int | None, *, is_pause: bool) -> bool:
        """Whether the answer may still be joined to what was taken: found, or neither paused nor past its window."""
        is_past = finder is not None and finder.seen >= (window or SMALL_ENTRIES)
        return finder is None or finder.found is not None or not (is_pause or is_past)

    def _take(self, entries: list[Entry]) -> bool:
        good = in_order(entries, self._joiner.last)
        self._join(entries[:good])
        return good == len(entries)

    def _join(self, entries: list[Entry]) -> None:
        for start in range(0, len(entries), TURN_ENTRIES):
            if start:
                sleep(0)
            part = entries[start : start + TURN_ENTRIES]
            self._taken += len(part)
            if lines := self._joiner.feed(part):
                self._publish(lines)
