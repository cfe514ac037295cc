"""``docker logs -f``, as the engine sends it: no timestamps, no positions, a message per line."""

import socket
from collections.abc import Callable, Iterator

RECEIVE_BYTES = 256 * 1024


def loop(docker_host: str) -> Callable[[str, Callable[[str], None]], None]:
    def follow(name: str, send: Callable[[str], None]) -> None:
        with open_log(docker_host, name, tail="all") as stream:
            for text in entries(stream):
                send(text.decode(errors="replace").removesuffix("\n"))

    return follow


def open_log(docker_host: str, name: str, *, tail: str) -> socket.socket:
    stream = socket.socket(socket.AF_UNIX)
    stream.connect(docker_host.removeprefix("unix://"))
    query = f"follow=1&stdout=1&stderr=1&tail={tail}"
    stream.sendall(f"GET /containers/{name}/logs?{query} HTTP/1.0\r\n\r\n".encode())
    return stream


def entries(stream: socket.socket) -> Iterator[bytes]:
    """The texts of the frames: 8 bytes with the length in the last four, then the text."""
    head, _, rest = _until_body(stream).partition(b"\r\n\r\n")
    if b" 200 " not in head:
        raise ConnectionError(rest.decode(errors="replace"))
    while True:
        start = 0
        while len(rest) >= start + 8 and len(rest) >= (end := start + 8 + int.from_bytes(rest[start + 4 : start + 8])):
            yield rest[start + 8 : end]
            start = end
        data = stream.recv(RECEIVE_BYTES)
        if not data:
            return
        rest = rest[start:] + data


def _until_body(stream: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = stream.recv(RECEIVE_BYTES)
        if not more:
            raise ConnectionError("the engine closed the connection")
        data += more
    return data
