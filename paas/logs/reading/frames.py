"""From the engine's bytes to entries. Pure.

An entry is what the engine's log driver stored as one: a line, or a part of a line over 16 KiB. Without a TTY each has
a frame around it: 8 bytes (stream, 0, 0, 0, length as 4 bytes, big-endian), then ``<RFC 3339, 9 digits>Z <text>``. With
a TTY there is one stream and nothing but those texts, one after the other.
https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach"""

from typing import NamedTuple, Protocol

from paas.errors import Unavailable

STDOUT, STDERR = 1, 2
"""Anything above is the engine's own word on a log that it fails to read."""

PART_BYTES = 16 * 1024
"""The engine stores a longer line as several entries of this size, each under the time of the first."""

LONGEST_ENTRY_BYTES = 16 * 1024 * 1024
"""Engines before 17.10 stored a line as one entry, however long. What claims to be longer is no log."""

STAMP_BYTES = len("2026-11-20T10:21:07.412345678Z")


class Entry(NamedTuple):
    """``stamp`` as the engine wrote it, 30 ASCII bytes; ``ends`` says that the text had a newline, which is taken
    off."""

    stream: int
    stamp: bytes
    text: bytes
    ends: bool


class Reader(Protocol):
    """Takes what one answer of the engine holds, piece by piece as it comes."""

    def feed(self, data: bytes) -> list[Entry]: ...

    def close(self) -> list[Entry]:
        """Return what the end of the answer completes."""
        ...


class FrameReader:
    """Reads a container without a TTY."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._missing = 0
        """Bytes of the frame that is held which are still to come. Without them a look would copy all of it anew."""

    def feed(self, data: bytes) -> list[Entry]:
        self._held.append(data)
        self._missing -= len(data)
        if self._missing > 0:
            return []
        data, self._missing = b"".join(self._held), 0
        entries, start, size = [], 0, len(data)
        while size - start >= 8:
            text_start = start + 8
            end = text_start + int.from_bytes(data[start + 4 : text_start], "big")
            if end > size:
                self._missing = end - size
                break
            if data[start] > STDERR:
                raise _cannot_read_on(data[text_start:end])
            ends = data[end - 1] == 10  # newline
            stamp_end = text_start + STAMP_BYTES
            entries.append(
                Entry(data[start], data[text_start:stamp_end], data[stamp_end + 1 : end - 1 if ends else end], ends)
            )
            start = end
        self._held = [data[start:]]
        if self._missing > LONGEST_ENTRY_BYTES:
            raise _cannot_read_on(b"it announces an entry of %d bytes." % self._missing)
        return entries

    def close(self) -> list[Entry]:
        """A frame that was cut off comes again with the next read, so it is dropped here."""
        self._held, self._missing = [], 0
        return []


class TtyReader:
    """Reads a container with a TTY. Parts of one line follow each other without a newline, each with the same stamp."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Entry]:
        newline = data.rfind(b"\n")
        if newline < 0:
            self._rest += data
            return self._parts_so_far()
        whole, self._rest = self._rest + data[:newline], data[newline + 1 :]
        return [entry for line in whole.split(b"\n") for entry in _parts(line, ends=True)]

    def _parts_so_far(self) -> list[Entry]:
        """Those of a line that goes on for long, all but the last: it may have no end."""
        if len(self._rest) <= 2 * PART_BYTES:
            return []
        head, mark, tail = self._rest.rpartition(self._rest[:STAMP_BYTES] + b" ")
        if head:
            self._rest = mark + tail
        elif len(self._rest) > LONGEST_ENTRY_BYTES:
            raise _cannot_read_on(b"it holds an entry of more than %d bytes." % LONGEST_ENTRY_BYTES)
        return _parts(head, ends=False) if head else []

    def close(self) -> list[Entry]:
        rest, self._rest = self._rest, b""
        return _parts(rest, ends=False) if len(rest) > STAMP_BYTES else []


def _parts(line: bytes, *, ends: bool) -> list[Entry]:
    if line[STAMP_BYTES - 1 : STAMP_BYTES + 1] != b"Z ":  # the engine's own word has no frame to tell it by
        raise _cannot_read_on(line)
    stamp, rest = line[:STAMP_BYTES], line[STAMP_BYTES + 1 :]
    texts = rest.split(stamp + b" ") if len(rest) > PART_BYTES else [rest]
    last = len(texts) - 1
    return [Entry(STDOUT, stamp, text, ends and index == last) for index, text in enumerate(texts)]


def _cannot_read_on(reason: bytes) -> Unavailable:
    return Unavailable(f"The engine cannot read this log on: {reason.decode(errors='replace').strip()}")
