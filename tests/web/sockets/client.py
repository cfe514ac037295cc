"""A client of the raw sockets, which reads what it is sent when it is asked to."""

import json
import time
from typing import Any

import websocket


class Refused(Exception):
    """The upgrade was; with the status and the body of the answer."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body = status, body


class RawSocket:
    """``code`` and ``reason`` are those of the server's close, once it came; 1006 when the connection just ended."""

    def __init__(self, address: str, path: str, *, token: str | None = None, **options: Any) -> None:
        self.messages: list[dict[str, Any]] = []
        self.frames: list[str] = []
        self.lines: list[str] = []
        self.pings = 0
        self.code: int | None = None
        self.reason = ""
        options.setdefault("suppress_origin", "origin" not in options)
        if token is not None:
            options["subprotocols"] = [f"bearer-{token}"]
        try:
            self.socket = websocket.create_connection(address.replace("http", "ws", 1) + path, timeout=30, **options)
        except websocket.WebSocketBadStatusException as error:
            raise Refused(error.status_code, json.loads(error.resp_body)) from error

    def __enter__(self) -> "RawSocket":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close(timeout=0)

    def read(self, timeout_seconds: float = 30) -> bool:
        """Take one frame; False when none came in time or the server has closed."""
        if self.code is not None:
            return False
        self.socket.settimeout(timeout_seconds)
        try:
            opcode, content = self.socket.recv_data(control_frame=True)
        except websocket.WebSocketTimeoutException:
            return False
        except (OSError, websocket.WebSocketException):
            self.code = 1006
            return False
        self._take(opcode, content)
        return True

    def read_until(self, condition, deadline_seconds: float = 30) -> Any:
        """Take frames until ``condition()`` is true, which it returns."""
        deadline = time.monotonic() + deadline_seconds
        while not (found := condition()):
            assert time.monotonic() < deadline, f"not so in time; heard {self.frames[-5:]}, closed {self.code}"
            if not self.read(1.0) and self.code is not None:
                found = condition()
                assert found, f"closed {self.code} {self.reason!r}; heard {self.frames[-5:]}"
                return found
        return found

    def read_to_the_end(self) -> None:
        self.read_until(lambda: self.code is not None)

    def all(self, kind: str) -> list[dict[str, Any]]:
        """The data of all messages of this kind, so far."""
        return [message["data"] for message in self.messages if message["type"] == kind]

    def wait_for(self, kind: str, **expected: Any) -> dict[str, Any]:
        def found():
            return [data for data in self.all(kind) if expected.items() <= data.items()]

        return self.read_until(found)[0]

    def wait_for_lines(self, *lines: str) -> None:
        """Until these are the last lines."""
        self.read_until(lambda: self.lines[-len(lines) :] == list(lines))

    def _take(self, opcode: int, content: bytes) -> None:
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            self.code = int.from_bytes(content[:2]) if content else 1005
            self.reason = content[2:].decode()
            self.socket.shutdown()
        elif opcode == websocket.ABNF.OPCODE_PING:
            self.pings += 1
        elif opcode == websocket.ABNF.OPCODE_TEXT:
            self.frames.append(content.decode())
            if self.frames[-1].startswith('{"type":"'):
                self._take_message(json.loads(self.frames[-1]))

    def _take_message(self, message: dict[str, Any]) -> None:
        self.messages.append(message)
        if message["type"] == "log":
            self.lines.append(message["data"]["line"])
