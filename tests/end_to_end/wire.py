"""Socket.IO in the words that one namespace needs, read in the order in which they were sent.

python-socketio's own client gives every event a thread of its own, so two messages may change places on their way to
the test. What is under test is their order.
"""

import contextlib
import itertools
import json
import socket
from typing import Any

import websocket


class Closed(Exception):
    """The connection has ended, by whichever side."""


class Wire:
    """An open namespace. ``recv`` belongs to one thread, ``send`` may be called from others."""

    def __init__(self, address: str, cookie: str, *, namespace: str = "/logs", timeout_seconds: float = 10) -> None:
        self._namespace = namespace
        self._numbers = itertools.count()
        url = f"{address.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket"
        try:
            self._socket = websocket.create_connection(
                url, timeout=timeout_seconds, cookie=cookie, origin=address, enable_multithread=True
            )
        except (OSError, websocket.WebSocketException) as error:
            raise Closed(str(error)) from error
        try:
            self._expect("0")
            self._write(f"40{namespace},")
            self._expect(f"40{namespace},")
        except BaseException:
            self._socket.close()
            raise

    def send(self, event: str, message: Any) -> None:
        self._write(f"42{self._namespace},{json.dumps([event, message])}")

    def ask(self, event: str, message: Any) -> int:
        """Send, and return the number under which ``recv`` will hand out the answer."""
        number = next(self._numbers)
        self._write(f"42{self._namespace},{number}{json.dumps([event, message])}")
        return number

    def recv(self, timeout_seconds: float) -> tuple[str | int, Any] | None:
        """The next event's name and message, an answer's number and message, or None when nothing came in time."""
        try:
            text = self._read(timeout_seconds)
        except TimeoutError:
            return None
        kind, rest = text[:2], text[2:].removeprefix(f"{self._namespace},")
        if kind in ("41", "1"):
            raise Closed("the server has closed the namespace")
        start = rest.index("[")
        values = json.loads(rest[start:])
        return (int(rest[:start]), values[0]) if kind == "43" else (values[0], values[1])

    def close(self) -> None:
        """Send what a closed tab sends, without waiting for an answer."""
        self._socket.close(timeout=0)

    def cut(self) -> None:
        """End it as a lost network does: nothing is said, and a ``recv`` that waits in its thread is Closed at once."""
        with contextlib.suppress(OSError, AttributeError):  # the other side was first
            self._socket.sock.shutdown(socket.SHUT_RDWR)

    def _expect(self, beginning: str) -> None:
        text = self._read(10)
        if not text.startswith(beginning):
            raise Closed(f"refused: {text[:500]}")

    def _read(self, timeout_seconds: float) -> str:
        try:
            self._socket.settimeout(timeout_seconds)
            while (text := self._socket.recv()) == "2":
                self._socket.send("3")
        except websocket.WebSocketTimeoutException as error:
            raise TimeoutError from error
        except (OSError, websocket.WebSocketException, AttributeError) as error:  # AttributeError: closed meanwhile
            raise Closed(str(error)) from error
        if not text:
            raise Closed("the connection has ended")
        return text

    def _write(self, text: str) -> None:
        try:
            self._socket.send(text)
        except (OSError, websocket.WebSocketException, AttributeError) as error:
            raise Closed(str(error)) from error
