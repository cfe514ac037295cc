"""One request over one socket to the engine, for answers that are read as they come: logs.

The Docker SDK keeps a connection pool for every full URL, so a poll with a new query connects anew each time, and its
streams can be given neither a limit on the whole read nor an end from another thread. This does both, for a third of
the CPU. Everything else goes through the SDK.
"""

import json
import os
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlencode, urlsplit

from paas.errors import NotFound, Problem, Unavailable

RECEIVE_BYTES = 256 * 1024
"""What one read takes at most; a unix socket's buffer holds about as much."""

HEAD_LIMIT_BYTES = 64 * 1024


class Stream:
    """The body of an answer, handed over as it comes.

    With HTTP/1.0 the engine sends a body without chunks, which saves the work of taking them apart, but an engine
    that dies looks like one that has finished. ``exact=True`` asks for chunks and raises Unavailable on such an end.
    """

    def __init__(self, sock: socket.socket, *, path: str, answer_within_seconds: float, exact: bool) -> None:
        self._socket = sock
        self._buffer = b""
        self._deadline = monotonic() + answer_within_seconds
        version = "1.1" if exact else "1.0"
        sock.sendall(f"GET {path} HTTP/{version}\r\nHost: docker\r\nConnection: close\r\n\r\n".encode())
        self._chunks: Chunks | None = None
        self._read_head(path)

    def _read_head(self, path: str) -> None:
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > HEAD_LIMIT_BYTES:
                raise _not_http()
            data = self._receive(self._deadline - monotonic())
            if not data:
                raise Unavailable("The engine closed the connection without an answer.")
            self._buffer += data
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        if b"transfer-encoding: chunked" in head.lower():
            self._chunks = Chunks()
        status = _status(head)
        if status != 200:
            raise self._refusal(status, path)

    def _refusal(self, status: int, path: str) -> Problem:
        body = self._buffer
        while len(body) < HEAD_LIMIT_BYTES and (data := self._receive(self._deadline - monotonic())):
            body += data
        if status in (404, 409):  # 409: it is being removed, and its log with it
            return NotFound("Container not found")
        return Unavailable(f"The engine refused {path.partition('?')[0]} ({status}): {_message(body)}")

    def _receive(self, timeout_seconds: float) -> bytes:
        self._socket.settimeout(max(timeout_seconds, 0.001))
        return self._socket.recv(RECEIVE_BYTES)

    def read(self, timeout_seconds: float) -> bytes | None:
        """Return what has come, ``b""`` at the end of the body, or None when nothing came in time.

        Raises Unavailable when the connection breaks, or when an exact body ends before its last chunk.
        """
        data, self._buffer = self._buffer, b""
        while True:
            if not data:
                try:
                    data = self._receive(timeout_seconds)
                except TimeoutError:
                    return None
                except OSError as error:
                    raise Unavailable(f"The connection to the engine broke: {_reason(error)}.") from error
            if self._chunks is None or self._chunks.ended:
                return data if self._chunks is None else b""
            if not data:
                raise Unavailable("The engine stopped in the middle of its answer.")
            body = self._chunks.feed(data)
            if body or self._chunks.ended:
                return body
            data = b""

    def abort(self) -> None:
        """End the answer: a read that waits in another thread returns ``b""`` at once."""
        with suppress(OSError):  # the other side was first
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Chunks:
    """Takes HTTP/1.1 chunks apart, whatever the pieces in which they come."""

    def __init__(self) -> None:
        self.ended = False
        self._rest = b""
        self._missing = 0
        """Bytes of the present chunk that are still to come, its closing CRLF included."""

    def feed(self, data: bytes) -> bytes:
        data = self._rest + data
        start, out = 0, []
        while start < len(data) and not self.ended:
            if self._missing > 2:
                part = data[start : start + self._missing - 2]
                out.append(part)
                start += len(part)
                self._missing -= len(part)
            elif self._missing:
                taken = min(self._missing, len(data) - start)
                start += taken
                self._missing -= taken
            else:
                end = data.find(b"\r\n", start)
                if end < 0:
                    break
                size = _chunk_size(data[start:end])
                start, self.ended = end + 2, size == 0
                self._missing = size + 2 if size else 0
        self._rest = data[start:]
        return b"".join(out)


class Address:
    """Where the engine listens, as ``DOCKER_HOST`` and its companions say."""

    def __init__(self, host: str | None, *, tls_verify: bool = False, cert_path: Path | None = None) -> None:
        self.url = host or "unix:///var/run/docker.sock"
        self._tls = _tls_context(tls_verify, cert_path) if tls_verify or self.url.startswith("https://") else None

    def __str__(self) -> str:
        return self.url.removeprefix("unix://")

    def open(self, path: str, query: Mapping[str, str], *, answer_within_seconds: float, exact: bool) -> Stream:
        """Send a GET and return its body; NotFound for a 404, Unavailable for anything else that is not a 200."""
        try:
            sock = self._connect(answer_within_seconds)
        except OSError as error:
            raise self.unreachable(error) from error
        try:
            return Stream(
                sock, path=f"{path}?{urlencode(query)}", answer_within_seconds=answer_within_seconds, exact=exact
            )
        except OSError as error:
            sock.close()
            raise self.unreachable(error) from error
        except BaseException:
            sock.close()
            raise

    def unreachable(self, error: BaseException) -> Unavailable:
        reason = "no answer in time" if isinstance(error, TimeoutError) else _reason(error)
        return Unavailable(f"The engine does not answer ({self}: {reason}).")

    def _connect(self, timeout_seconds: float) -> socket.socket:
        if self.url.startswith("unix://"):
            sock = socket.socket(socket.AF_UNIX)
            sock.settimeout(timeout_seconds)
            try:
                sock.connect(self.url.removeprefix("unix://"))
            except OSError:
                sock.close()
                raise
            return sock
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port or (2376 if self._tls else 2375)
        sock = socket.create_connection((host, port), timeout_seconds)
        return self._tls.wrap_socket(sock, server_hostname=host) if self._tls else sock


def _not_http() -> Unavailable:
    return Unavailable("The engine sent an answer that is not HTTP. Check DOCKER_HOST.")


def _status(head: bytes) -> int:
    words = head.split(b" ", 2)
    if not (head.startswith(b"HTTP/") and len(words) > 1 and words[1].isdigit()):
        raise _not_http()
    return int(words[1])


def _chunk_size(head: bytes) -> int:
    size = head.partition(b";")[0].strip()
    if not size.isalnum():
        raise _not_http()
    try:
        return int(size, 16)
    except ValueError as error:
        raise _not_http() from error


def _message(body: bytes) -> str:
    """The sentence inside the engine's ``{"message": ...}``, or what it sent instead."""
    try:
        return str(json.loads(body)["message"]).strip()
    except (ValueError, KeyError, TypeError):
        return body[:200].decode(errors="replace").strip()


def _reason(error: BaseException) -> str:
    """``connection refused``: by the number, because eventlet puts the symbol where the sentence should be."""
    text = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
    return text[:1].lower() + text[1:]


def _tls_context(verify: bool, cert_path: Path | None) -> ssl.SSLContext:
    folder = cert_path or Path.home() / ".docker"
    context = ssl.create_default_context(cafile=str(folder / "ca.pem") if verify else None)
    if not verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if (folder / "cert.pem").exists():
        context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
