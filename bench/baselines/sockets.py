"""The bare page and the WebSocket below it: a thread for each viewer, no library in between."""

import base64
import contextlib
import hashlib
import socketserver
import struct
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PAGE = Path(__file__).with_name("page.html").read_bytes()
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def serve(loop: Callable[[str, Callable[[str], None]], None]) -> None:
    """Serve for ever; prints the address first. ``loop(container, send)`` runs once for every viewer."""

    class Visit(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            target = self.rfile.readline().split()[1].decode()
            headers = dict(line.rstrip().partition(b":")[::2] for line in iter(self.rfile.readline, b"\r\n"))
            key = headers.get(b"Sec-WebSocket-Key", b"").strip()
            if not key:
                self._answer("200 OK", "Content-Type: text/html; charset=utf-8\r\nConnection: close")
                self.wfile.write(PAGE)
                return
            accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()  # noqa: S324 - RFC 6455 asks for it
            upgrade = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}"
            self._answer("101 Switching Protocols", upgrade)
            with contextlib.suppress(OSError):  # the viewer has gone
                loop(parse_qs(urlsplit(target).query)["container"][0], self.send)

        def send(self, text: str) -> None:
            data = text.encode()
            length = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack("!H", len(data))
            self.wfile.write(b"\x81" + length + data)

        def _answer(self, status: str, headers: str) -> None:
            self.wfile.write(f"HTTP/1.1 {status}\r\n{headers}\r\n\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        request_queue_size = 512
        daemon_threads = True

    with Server(("127.0.0.1", 0), Visit) as server:
        print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
        server.serve_forever()
