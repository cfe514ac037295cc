"""Very many clients of the raw sockets in one thread: they knock at once, and only then is each one's answer read."""

import contextlib
import socket

SECONDS = 60
UPGRADE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n"
)
CLOSE = b"\x88\x80\x00\x00\x00\x00"


class Crowd:
    """``with Crowd(address, token, paths) as crowd:`` a socket at each of these paths, all of them let in."""

    def __init__(self, address: str, token: str, paths: list[str]) -> None:
        host, port = address.removeprefix("http://").split(":")
        self.paths = paths
        self._heard = [b""] * len(paths)
        self._sockets = []
        for path in paths:
            self._sockets.append(socket.create_connection((host, int(port)), timeout=SECONDS))
            self._sockets[-1].sendall(
                f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n{UPGRADE}\r\n".encode()
            )

    def __enter__(self) -> "Crowd":
        self.all_hear(b"HTTP/1.1 101 ")
        return self

    def __exit__(self, *_: object) -> None:
        """Half of them say goodbye, the others are gone."""
        for number, each in enumerate(self._sockets):
            with contextlib.suppress(OSError):
                if number % 2:
                    each.sendall(CLOSE)
            each.close()

    def all_hear(self, text: bytes, *, at: str = "") -> int:
        """Read until each one whose path begins so has been sent this text; how many those are."""
        numbers = [number for number, path in enumerate(self.paths) if path.startswith(at)]
        for number in numbers:
            while text not in self._heard[number]:
                received = self._sockets[number].recv(65_536)
                assert received, f"closed after {self._heard[number][-300:]!r}"
                self._heard[number] += received
        return len(numbers)
