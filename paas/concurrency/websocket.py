"""Raw WebSockets on the connections of our server. wsproto reads and makes the frames; this knows the socket.

One thread reads, and another alone writes, so that a ping never waits inside a message. What is to be sent is queued
and told of when it has gone: whoever sends keeps little under way. A client that takes nothing for a while, does not
answer a ping, lets its queue grow, or says more than a viewer has to say, is cut off.
"""

import logging
import re
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Any, NamedTuple

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, Message, Ping
from wsproto.frame_protocol import FrameProtocol
from wsproto.utilities import RemoteProtocolError

from paas.errors import Invalid, Unavailable

log = logging.getLogger("paas.concurrency")

PING_SECONDS = 30.0
"""Between two pings; when nothing was heard since the last one, nobody is there."""

STALLED_SECONDS = 30.0
"""How long a client may take nothing of what it is sent."""

CLOSE_SECONDS = 1.0
"""How long we wait for the other side's part of a closing."""

AT_ONCE_SECONDS = 0.4
"""How long a message that is on its way may take, where the client is to get nothing more."""

MOST_QUEUED_BYTES = 8 * 1024 * 1024
LONGEST_MESSAGE_BYTES = 64 * 1024

MOST_FRAMES, FRAMES_A_SECOND = 100, 20.0
"""What a client may say: so many at once, and after that so many a second. Pongs count too."""

READ_BYTES = 4096
"""A frame can be six bytes long, and takes 20 us: others have their turn after a piece of this size."""

NORMAL, GOING_AWAY, PROTOCOL_ERROR, TOO_MANY, TOO_LARGE = 1000, 1001, 1002, 1008, 1009

_KEY = re.compile(r"[A-Za-z0-9+/]{22}==", re.ASCII)
_ENCODER = FrameProtocol(client=False, extensions=[])


class _Piece(NamedTuple):
    frames: bytes
    sent: Callable[[], object] | None = None
    is_last: bool = False


class WebSocket:
    """An open one. Only ``serve`` waits."""

    def __init__(self, connection: socket.socket, protocol: WSConnection) -> None:
        self._connection, self._protocol = connection, protocol
        self._queue: deque[_Piece] = deque()
        self._queued_bytes = self._message_bytes = 0
        self._is_news, self._has_been_left = threading.Event(), threading.Event()
        self._is_closing = self._is_over = self._is_sending = self._is_deaf = False
        self._heard_at = self._pinged_at = self._counted_at = monotonic()
        self._allowance = float(MOST_FRAMES)
        connection.settimeout(STALLED_SECONDS)

    @property
    def is_open(self) -> bool:
        """Whether anything more can be sent."""
        return not (self._is_closing or self._is_over)

    @property
    def is_idle(self) -> bool:
        """Whether all that was to be sent has gone."""
        return not self._queue and not self._is_sending

    def send(self, frames: bytes, sent: Callable[[], object] | None = None) -> None:
        """Queue whole frames, and have ``sent`` called when they have gone. One that is closing sends nothing more."""
        if self.is_open:
            self._put(_Piece(frames, sent))
        if self._queued_bytes > MOST_QUEUED_BYTES:
            self.cut()

    def close(self, code: int, reason: str = "", *, at_once: bool = False) -> None:
        """Close it after what is queued or, ``at_once``, instead of that."""
        if not self.is_open:
            return
        if at_once:
            self._clear()
            timer = threading.Timer(AT_ONCE_SECONDS, self._cut_if_stuck)
            timer.daemon = True
            timer.start()
        self._put(_Piece(self._protocol.send(CloseConnection(code, reason)), is_last=True))
        self._is_closing = True

    def cut(self) -> None:
        """End it without a word."""
        self._is_over = True
        self._clear()
        self._is_news.set()
        self._has_been_left.set()
        try:
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it has gone already

    def serve(self) -> None:
        """Take what the client says until one of the two has gone."""
        writer = threading.Thread(target=self._write, name="websocket-writer", daemon=True)
        writer.start()
        try:
            while not self._is_over and (received := self._read()) != b"":
                self._take(received)
        finally:
            self.cut()
            writer.join()

    def _read(self) -> bytes:
        """Empty when the client has gone, or the connection to it."""
        while not self._is_over:
            try:
                return self._connection.recv(READ_BYTES)
            except TimeoutError:
                continue  # who has nothing to say is pinged by the writer
            except OSError:
                return b""
        return b""

    def _take(self, received: bytes) -> None:
        self._heard_at = monotonic()
        if self._is_deaf:
            return
        try:
            self._protocol.receive_data(received)
            for event in self._protocol.events():
                self._hear(event)
                if self._is_deaf:
                    return
        except RemoteProtocolError as error:
            hint = error.event_hint
            self._refuse(hint.code if isinstance(hint, CloseConnection) else PROTOCOL_ERROR, str(error))

    def _hear(self, event: Event) -> None:
        if isinstance(event, CloseConnection):
            self._is_deaf = True
            self._on_close(event)
        elif isinstance(event, Message):
            self._count_bytes(event)
        elif isinstance(event, Ping) and self.is_open:
            self._put(_Piece(self._protocol.send(event.response())))
        if not isinstance(event, Message) or event.frame_finished:
            self._count_frame()

    def _on_close(self, event: CloseConnection) -> None:
        """Either the client goes, and need not be sent the rest, or it answers our own."""
        if self.is_open:
            self._clear()
            self._put(_Piece(self._protocol.send(event.response()), is_last=True))
            self._is_closing = True
        self._has_been_left.set()

    def _count_bytes(self, message: Message[Any]) -> None:
        self._message_bytes += len(message.data)
        if self._message_bytes > LONGEST_MESSAGE_BYTES:
            self._refuse(TOO_LARGE, f"A message may have {LONGEST_MESSAGE_BYTES} bytes at most.")
        if message.message_finished:
            self._message_bytes = 0

    def _count_frame(self) -> None:
        now = monotonic()
        self._allowance = min(self._allowance + (now - self._counted_at) * FRAMES_A_SECOND, MOST_FRAMES) - 1
        self._counted_at = now
        if self._allowance < 0:
            self._refuse(TOO_MANY, f"Too many messages: send {FRAMES_A_SECOND:.0f} a second at most.")

    def _refuse(self, code: int, reason: str) -> None:
        """What else it says is passed over."""
        self._is_deaf = True
        self.close(code, reason, at_once=True)

    def _put(self, piece: _Piece) -> None:
        self._queue.append(piece)
        self._queued_bytes += len(piece.frames)
        self._is_news.set()

    def _clear(self) -> None:
        self._queue.clear()
        self._queued_bytes = 0

    def _cut_if_stuck(self) -> None:
        if not self.is_idle:
            self.cut()

    def _write(self) -> None:
        try:
            while not self._is_over:
                due = self._pinged_at + PING_SECONDS
                if self.is_open and monotonic() >= due:
                    self._ping()
                elif self._queue:
                    self._send_next()
                else:
                    self._is_news.clear()
                    self._is_news.wait(due - monotonic() if self.is_open else CLOSE_SECONDS)
        except OSError:
            log.debug("A WebSocket's client has gone or takes nothing")
        except Exception:
            log.exception("A WebSocket could not be written to")
        finally:
            self.cut()

    def _send_next(self) -> None:
        piece = self._queue.popleft()
        self._queued_bytes -= len(piece.frames)
        self._is_sending = True
        self._connection.sendall(memoryview(piece.frames))
        if piece.sent is not None:
            piece.sent()
        self._is_sending = False
        if piece.is_last:
            self._connection.shutdown(socket.SHUT_WR)
            self._has_been_left.wait(CLOSE_SECONDS)
            self.cut()

    def _ping(self) -> None:
        if self._heard_at < self._pinged_at:
            raise TimeoutError("a ping was not answered")
        self._pinged_at = monotonic()
        self._connection.sendall(self._protocol.send(Ping()))


def accept(environ: Mapping[str, Any], *, subprotocol: str = "") -> WebSocket:
    """Take over the connection on which this request to upgrade came, and say yes to it. Whoever was asked returns an
    empty answer afterwards, which goes nowhere. Invalid for what is no proper request; nothing has been said then."""
    if "eventlet.input" not in environ:
        raise Unavailable("This server opens no WebSockets. Start the dashboard by python app.py.")
    key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
    if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13" or not _KEY.fullmatch(key):
        raise Invalid("A WebSocket is opened with Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key.")
    headers = {"Host": "here", "Connection": "Upgrade", "Upgrade": "websocket"}
    headers |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
    if subprotocol:
        headers["Sec-WebSocket-Protocol"] = subprotocol
    protocol = WSConnection(ConnectionType.SERVER)
    protocol.initiate_upgrade_connection([(name.encode(), value.encode()) for name, value in headers.items()], "/")
    list(protocol.events())
    connection: socket.socket = environ["eventlet.input"].get_socket()
    from eventlet import wsgi  # noqa: PLC0415 - where nothing is patched, as in tests, nothing loads it

    wsgi.WSGI_LOCAL.already_handled = True
    connection.sendall(protocol.send(AcceptConnection(subprotocol=subprotocol or None)))
    return WebSocket(connection, protocol)


def text_frames(texts: Iterable[str]) -> bytes:
    """One frame for each text, as they are sent to any number of clients."""
    return b"".join(_ENCODER.send_data(text) for text in texts)
