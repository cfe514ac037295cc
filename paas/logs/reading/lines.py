"""From entries to lines: joins the parts of one line, decodes it, and says where it stands in the log. Pure."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from paas.logs.reading.cursor import LATENESS_NANOSECONDS, Cursor, nanoseconds, position
from paas.logs.reading.frames import PART_BYTES, STDOUT, Entry

LONGEST_LINE_BYTES = 1024 * 1024
CUT_MARK = " … [cut at 1 MB]"

Mask = Callable[[str], str]
"""Blanks out what must not be shown. Lines are masked as they are made, so nothing later can forget to."""


class LogLine(NamedTuple):
    """One line as everybody gets it. ``time`` is RFC 3339 in UTC with nine digits, ``stream`` stdout or stderr.

    A reader that hands in ``position`` goes on right after this line.
    """

    position: str
    time: str
    process: str
    stream: str
    text: str


class LineJoiner:
    """Makes lines of one container's entries, in the order in which the engine stored them.

    A part is known by what it lacks: a newline, though it is as long as a part. An entry without a newline that is
    shorter is the last word of a process that ended, hence a line.
    """

    def __init__(self, container_id: str, process: str, mask: Mask | None = None) -> None:
        self._process, self._mask = process, mask
        self._container = container_id[:12]
        self.cursor: Cursor | None = None
        """The entry taken last, whether or not a line ended on it."""
        self.last: dict[int, tuple[bytes, bool]] = {}
        """For each stream the stamp of the entry taken last, and whether a line ended on it."""
        self._counts: dict[int, int] = {}
        self._parts: dict[int, list[bytes]] = {}
        self._held_bytes: dict[int, int] = {}
        self._cut: dict[int, bytes] = {}
        """For each stream the stamp of a line that was cut, whose further parts are passed over."""

    def resume(self, cursor: Cursor, entry: Entry) -> None:
        """Go on after ``entry``, on which a line ended at ``cursor``. Without a newline on it, that line was cut
        there."""
        self.cursor, self._counts[cursor.stream] = cursor, cursor.nth
        self.last[cursor.stream] = (cursor.stamp, True)
        if not entry.ends and len(entry.text) >= PART_BYTES:
            self._cut[cursor.stream] = cursor.stamp

    def feed(self, entries: Iterable[Entry]) -> list[LogLine]:
        lines = []
        for entry in entries:
            stream, stamp, text, ends = entry
            last = self.last.get(stream)
            if last is not None and last[0] == stamp:
                self._counts[stream] += 1
            else:
                if stream in self._parts:
                    lines.append(self._line(stream))
                self._counts[stream] = 1
            self.last[stream] = (stamp, ends)
            self.cursor = Cursor(stream, stamp, self._counts[stream])
            if stream in self._cut and self._is_rest_of_cut(entry):
                continue
            if ends and stream not in self._parts:
                lines.append(self._row(self.cursor, text))  # nearly all of them
            else:
                lines += self._join(entry)
        return lines

    def close(self) -> list[LogLine]:
        """Return the lines whose next part will not come: the container has ended."""
        return [self._line(stream) for stream in tuple(self._parts)]

    def _is_rest_of_cut(self, entry: Entry) -> bool:
        if self._cut[entry.stream] != entry.stamp:
            del self._cut[entry.stream]
            return False
        if entry.ends:
            del self._cut[entry.stream]
        return True

    def _join(self, entry: Entry) -> list[LogLine]:
        stream = entry.stream
        self._parts.setdefault(stream, []).append(entry.text)
        self._held_bytes[stream] = held = self._held_bytes.get(stream, 0) + len(entry.text)
        is_part = not entry.ends and len(entry.text) >= PART_BYTES
        if held > LONGEST_LINE_BYTES and not entry.ends:
            self._cut[stream] = entry.stamp
        elif is_part:
            return []
        return [self._line(stream)]

    def _line(self, stream: int) -> LogLine:
        text = b"".join(self._parts.pop(stream))
        del self._held_bytes[stream]
        return self._row(Cursor(stream, self.last[stream][0], self._counts[stream]), text)

    def _row(self, cursor: Cursor, text: bytes) -> LogLine:
        shown = text[:LONGEST_LINE_BYTES].removesuffix(b"\r").decode(errors="replace")
        if self._mask is not None:
            shown = self._mask(shown)
        return LogLine(
            position(self._container, cursor),
            cursor.stamp.decode(),
            self._process,
            "stdout" if cursor.stream == STDOUT else "stderr",
            shown if len(text) <= LONGEST_LINE_BYTES else shown + CUT_MARK,
        )


def without_torn_lines(entries: list[Entry]) -> list[Entry]:
    """Leave out the beginning of a window, as far as it may hold the rest of a line that began before it.

    Such a rest is the first entry of its stream and bears the time of its line's first part, which is no later than the
    window's own first entry but for the lateness between the streams. What is left out may hold the beginning of a line
    of the other stream; its rest is left out too.
    """
    latest = nanoseconds(entries[0].stamp) + LATENESS_NANOSECONDS
    torn: dict[int, bytes | None] = {}
    unfinished: dict[int, bytes] = {}
    start = 0
    for index, (stream, stamp, _text, ends) in enumerate(entries):
        if stream not in torn:
            torn[stream] = stamp if nanoseconds(stamp) <= latest else None
        unfinished[stream] = b"" if ends else stamp
        if torn[stream] == stamp:
            start = index + 1
            torn |= {other: began for other, began in unfinished.items() if began}
    return entries[start:]
