"""Takes apart what a container or a command in it writes, as the engine sends it without timestamps."""

from collections.abc import Iterator

STREAMS = {1: "o", 2: "e"}


class Frames:
    """8 bytes (stream, 0, 0, 0, length as 4 bytes, big-endian), then so many bytes of output."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """The whole frames so far, as (``o`` for stdout or ``e`` for stderr, bytes)."""
        data = self._rest + data
        start = 0
        while len(data) - start >= 8:
            end = start + 8 + int.from_bytes(data[start + 4 : start + 8], "big")
            if end > len(data):
                break
            yield STREAMS.get(data[start], "e"), data[start + 8 : end]
            start = end
        self._rest = data[start:]
