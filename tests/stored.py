"""How the engine takes a process's output apart, stores it, and sends it."""

from collections.abc import Callable
from datetime import UTC, datetime

from paas.logs.reading.frames import Entry

STDOUT, STDERR = 1, 2
SECOND = 1_000_000_000
EPOCH = 1_795_168_490 * SECOND


def stamp(nanoseconds: int) -> bytes:
    """As the engine writes a time."""
    whole = datetime.fromtimestamp(nanoseconds // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{whole}.{nanoseconds % SECOND:09}Z".encode()


def framed(entries: list[Entry], *, tty: bool = False) -> bytes:
    """What the engine sends for these entries."""
    texts = [entry.stamp + b" " + entry.text + b"\n" * entry.ends for entry in entries]
    if tty:
        return b"".join(texts)
    return b"".join(
        bytes([entry.stream, 0, 0, 0]) + len(text).to_bytes(4, "big") + text
        for entry, text in zip(entries, texts, strict=True)
    )


class Copier:
    """How the engine takes a process's output apart: at newlines, and at ``part_bytes`` where none comes."""

    def __init__(self, store: Callable[[Entry], None], stream: int, clock: Callable[[], int], part_bytes: int) -> None:
        self._store, self._stream, self._clock, self._part_bytes = store, stream, clock, part_bytes
        self._rest = b""
        self._part_stamp = b""

    def write(self, data: bytes) -> None:
        self._rest += data
        while True:
            end = self._rest.find(b"\n", 0, self._part_bytes)
            if end >= 0:
                text, self._rest = self._rest[:end], self._rest[end + 1 :]
                self._put(text, ends=True)
                self._part_stamp = b""
            elif len(self._rest) >= self._part_bytes:
                text, self._rest = self._rest[: self._part_bytes], self._rest[self._part_bytes :]
                self._put(text, ends=False)
            else:
                return

    def close(self) -> None:
        if self._rest:
            self._put(self._rest, ends=False)
        self._rest, self._part_stamp = b"", b""

    def _put(self, text: bytes, *, ends: bool) -> None:
        when = self._part_stamp or stamp(self._clock())
        self._part_stamp = when
        self._store(Entry(self._stream, when, text, ends))
