"""Clients of what is compared, as light as can be: they count what they are told, and confirm it as a page would."""

import json
import re
import socket
import struct
from collections.abc import Iterator
from time import monotonic, time_ns
from typing import Any
from urllib.parse import urlsplit

RECEIVE_BYTES = 256 * 1024
TAKEN_SECONDS, TAKEN_LINES, TAKEN_BYTES = 0.25, 500, 48 * 1024
"""When the page confirms what it drew (static/js/log/live.js)."""

_POSITION = re.compile(rb'"position":"([^"]+)"')
_WRITTEN = re.compile(rb"[0-9]+ ([0-9]{19}) ")


class Viewer:
    """One WebSocket that counts lines. ``take`` is called when there is something to read."""

    def __init__(self, address: str, path: str, *headers: str) -> None:
        place = urlsplit(address)
        self.lines = self.messages = 0
        self.is_timed = False
        self.late_ms: list[float] = []
        self._rest = b""
        self.socket = socket.create_connection((place.hostname, place.port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = [
            f"GET {path} HTTP/1.1",
            f"Host: {place.netloc}",
            f"Origin: {address}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            *headers,
        ]
        self.socket.sendall("\r\n".join([*head, "", ""]).encode())
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._receive()
        answer, _, self._rest = self._rest.partition(b"\r\n\r\n")
        if b" 101 " not in answer:
            raise ConnectionError(answer.decode(errors="replace"))

    def take(self) -> None:
        self._rest += self._receive()
        for payload in self._payloads():
            self.hear(payload)

    def pass_time(self) -> None:
        """Do what is due."""

    def hear(self, payload: bytes) -> None:
        self.messages += 1
        self.lines += 1
        if self.is_timed and (written := _WRITTEN.search(payload)):
            self.late_ms.append((time_ns() - int(written[1])) / 1e6)

    def send(self, text: str) -> None:
        """Masked, as a client must, with a mask of zeros, which changes nothing."""
        data = text.encode()
        length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack("!H", len(data))
        self.socket.sendall(b"\x81" + length + bytes(4) + data)

    def wait(self) -> bytes:
        """The next message, in this thread."""
        while (payload := next(self._payloads(), None)) is None:
            self._rest += self._receive()
        return payload

    def _receive(self) -> bytes:
        data = self.socket.recv(RECEIVE_BYTES)
        if not data:
            raise ConnectionError("closed by the server")
        return data

    def _payloads(self) -> Iterator[bytes]:
        """Whole messages of what came so far. A server sends them unmasked; none of ours sends them in parts."""
        while len(self._rest) >= 2:
            size, start = self._rest[1], 2
            if size >= 126:
                start = 4 if size == 126 else 10
                if len(self._rest) < start:
                    return
                size = int.from_bytes(self._rest[2:start])
            if len(self._rest) < start + size:
                return
            payload, self._rest = self._rest[start : start + size], self._rest[start + size :]
            yield payload


class SocketIOViewer(Viewer):
    """Speaks one namespace of the dashboard's."""

    def __init__(self, address: str, namespace: str, cookie: str) -> None:
        super().__init__(address, "/socket.io/?EIO=4&transport=websocket", f"Cookie: {cookie}")
        self.wait()
        self.send(f"40{namespace},")
        self.wait_for(f"40{namespace},".encode())
        self._namespace = namespace

    def watch(self, options: dict[str, Any]) -> dict[str, Any]:
        self.send(f'42{self._namespace},0["watch",{json.dumps(options)}]')
        answer = json.loads(self.wait_for(f"43{self._namespace},0".encode()))[0]
        if not answer.get("ok"):
            raise ConnectionError(str(answer))
        return answer

    def wait_for(self, beginning: bytes) -> bytes:
        while not (payload := self.wait()).startswith(beginning):
            if payload.startswith(b"44"):
                raise ConnectionError(payload.decode())
        return payload.removeprefix(beginning)


class MetricsViewer(SocketIOViewer):
    """Looks at what these use."""

    def __init__(self, address: str, watches: str, cookie: str) -> None:
        super().__init__(address, "/metrics", cookie)
        for options in json.loads(watches):
            self.watch(options)

    def hear(self, payload: bytes) -> None:
        if payload == b"2":
            self.send("3")
        elif payload.startswith(b"42/metrics,"):
            self.messages += 1


class DashboardViewer(SocketIOViewer):
    """Of a container's log."""

    def __init__(self, address: str, container: str, cookie: str) -> None:
        super().__init__(address, "/logs", cookie)
        self._watch, self._position = self.watch({"container": container, "tail": 0})["watch"], ""
        self._unsaid: float = 0
        self._unsaid_lines = self._unsaid_bytes = 0

    def hear(self, payload: bytes) -> None:
        if payload == b"2":
            self.send("3")
        elif payload.startswith(b'42/logs,["lines"'):
            self.messages += 1
            lines = payload.count(b"],[") + (b'"rows":"[]"' not in payload)
            self.lines += lines
            self._unsaid_lines += lines
            self._unsaid_bytes += len(payload)
            if position := _POSITION.search(payload):
                self._unsaid = self._unsaid or monotonic()
                self._position = position[1].decode()
            if self._unsaid_lines >= TAKEN_LINES or self._unsaid_bytes >= TAKEN_BYTES:
                self._say_taken()

    def pass_time(self) -> None:
        if self._unsaid and monotonic() - self._unsaid >= TAKEN_SECONDS:
            self._say_taken()

    def _say_taken(self) -> None:
        taken = {"watch": self._watch, "position": self._position}
        self.send(f'42/logs,["taken",{json.dumps(taken)}]')
        self._unsaid = self._unsaid_lines = self._unsaid_bytes = 0


class RawViewer(Viewer):
    """Of the log of an app, on the dashboard's raw WebSocket."""

    def __init__(self, address: str, app: str, cookie: str) -> None:
        super().__init__(address, f"/ws/container/logs?appId={app}&tail=0", f"Cookie: {cookie}")

    def hear(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"log"'):
            super().hear(payload)
