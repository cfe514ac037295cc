"""The WSGI server: eventlet's own, called with what its defaults get wrong.

``max_size`` is 1,024 by default, open sockets included, and the next connection hangs in silence; its ``listen``
shares the port with any second server; small batches wait up to 40 ms for an acknowledgement unless TCP_NODELAY is
set, which accepted sockets inherit from the listening one. Without ``socket_timeout`` a client that stops reading a
download holds it and its connection to the engine for ever, and so does one that never ends its request. Its loop ends
when the process has no file descriptor left, so connections are bounded below that."""

import errno
import resource
import signal
import socket
from collections.abc import Callable
from time import monotonic
from typing import Any

import eventlet
from eventlet import hubs, wsgi
from eventlet.greenio import GreenSocket
from eventlet.semaphore import Semaphore

from paas.concurrency import limit
from paas.errors import Conflict, Invalid

MOST_CONNECTIONS = 20_000
OTHER_FILES = 350
"""File descriptors that are not for connections of clients: those to the engine (one for each container while somebody
looks at what they use), the database's, files."""

BACKLOG = 512
STALLED_SECONDS = 60
"""How long a client may neither send what it owes nor take what it is sent."""

KEEPALIVE_SECONDS = 75
HEAD_SECONDS = 30
BODY_SECONDS = 300
"""How long a request may be awaited and its line may take, then its headers, then its body of a few MB at most."""

TURN_SECONDS = 0.002
FAREWELL_SECONDS = 0.3
"""After the word that we stop, the time that it has to reach the viewers."""


class FairSocket(GreenSocket):  # type: ignore[misc]  # published without types
    """Gives others a turn though there is more to read: with unread data a socket never waits, so that one client that
    sends without a pause would have the loop for itself (4.4 s for 9,000 small messages). Sockets that it accepts are
    of its kind."""

    _since = 0.0

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        self._take_turns()
        return super().recv(bufsize, flags)  # type: ignore[no-any-return]

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:  # noqa: ANN401 - any buffer
        self._take_turns()
        return super().recv_into(buffer, nbytes, flags)  # type: ignore[no-any-return]

    def _read_trampoline(self) -> None:
        super()._read_trampoline()
        self._since = monotonic()

    def _take_turns(self) -> None:
        if monotonic() - self._since > TURN_SECONDS:
            eventlet.sleep(0)
            self._since = monotonic()


class Turnstile:
    """Lets one request begin in each round of the loop. A thousand viewers come back at once after a restart: begun in
    one round, as they are heard, their requests hold up everything else for four seconds. Pages have a turnstile of
    their own, so that they do not wait behind them."""

    def __init__(self) -> None:
        self._is_free = Semaphore(1)

    def wait(self) -> None:
        self._is_free.acquire()
        hubs.get_hub().schedule_call_global(0, self._is_free.release)


_of_sockets, _of_pages = Turnstile(), Turnstile()


class PatientProtocol(wsgi.HttpProtocol):  # type: ignore[misc]
    """Gives a request so long to arrive, however often a byte of it comes: each byte has ``STALLED_SECONDS`` of its
    own, so that a client that sends one now and then would hold its connection for days."""

    def _read_request_line(self) -> Any:  # noqa: ANN401 - text or bytes
        with limit(KEEPALIVE_SECONDS):
            return super()._read_request_line()

    def parse_request(self) -> Any:  # noqa: ANN401
        with limit(HEAD_SECONDS):
            return super().parse_request()

    def log_message(self, *_: object) -> None:
        """Say nothing of a request that makes no sense: who sent it is told, and anyone could fill a log with them."""

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        (_of_sockets if "HTTP_UPGRADE" in environ else _of_pages).wait()
        body = environ["wsgi.input"]
        body.rfile = _Hurried(body.rfile, monotonic() + BODY_SECONDS)
        return environ


class _Hurried:
    """What is read of a body, until a deadline."""

    def __init__(self, file: Any, deadline: float) -> None:  # noqa: ANN401 - any binary file
        self._file, self._deadline = file, deadline

    def read(self, *size: int) -> bytes:
        with limit(max(self._deadline - monotonic(), 0.001)):
            return bytes(self._file.read(*size))

    def readline(self, *size: int) -> bytes:
        with limit(max(self._deadline - monotonic(), 0.001)):
            return bytes(self._file.readline(*size))


def listen(host: str, port: int) -> FairSocket:
    """A listening socket; Conflict when the port is taken, Invalid when the address is not one of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = FairSocket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # of a port that was ours a moment ago
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Conflict(f"Port {port} is taken. Stop what listens there, or set PORT to another.") from error
        raise Invalid(f"Cannot listen on {host} port {port}: {error}. Check PAAS_HOST and PORT.") from error
    return listener


def serve(
    app: Callable[..., Any],
    listener: FairSocket,
    *,
    stopping: Callable[[], None],
    stopped: Callable[[], None] = lambda: None,
) -> None:
    """Answer until SIGTERM, SIGINT or SIGHUP, then call ``stopping``, give it a moment, call ``stopped`` and return."""
    options = {"debug": False, "log_output": False, "keepalive": KEEPALIVE_SECONDS, "socket_timeout": STALLED_SECONDS}
    eventlet.spawn(wsgi.server, listener, app, max_size=_most_connections(), protocol=PatientProtocol, **options)
    _wait_for_signal()
    stopping()
    eventlet.sleep(FAREWELL_SECONDS)
    listener.close()
    stopped()


def _most_connections() -> int:
    """As many as the system lets us have; what it grants at first is often 1,024 files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(min(MOST_CONNECTIONS, soft - OTHER_FILES), 1)


def _wait_for_signal() -> None:
    """Sleep until told to stop. The hub does not look at signals while it waits, but it does look at a socket."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    signal.set_wakeup_fd(writer.fileno())
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup leaves it
            signal.signal(number, lambda *_: None)
    reader.recv(1)
    signal.set_wakeup_fd(-1)  # a second signal finds the socket closed
