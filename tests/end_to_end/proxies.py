"""What may lie between two programs and fail: a network that goes away, and a counter of what is asked."""

import contextlib
import os
import re
import selectors
import socket
import threading
from collections import Counter
from pathlib import Path
from typing import Self


class Proxy:
    """Passes connections on to ``target``. One thread; what it may not pass on any more, it swallows or cuts."""

    def __init__(self, listener: socket.socket, target: tuple[int, object]) -> None:
        self._listener, (self._family, self._target) = listener, target
        self._selector = selectors.DefaultSelector()
        self._peers: dict[socket.socket, socket.socket] = {}
        self._refuses = self._swallows = False
        self._ended = threading.Event()
        self._lock = threading.Lock()
        listener.listen(512)
        self._selector.register(listener, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(10)
        self.cut()
        self._listener.close()
        self._selector.close()

    def cut(self) -> None:
        """End every connection and let no new one live."""
        self._refuses = True
        with self._lock:
            for end in tuple(self._peers):
                self._drop(end)

    def blackhole(self) -> None:
        """Take what comes and pass nothing on: neither side can tell it from a slow one."""
        self._swallows = True

    def heal(self) -> None:
        """New connections pass again. Those of a black hole have lost bytes and are ended."""
        self.cut()
        self._refuses = self._swallows = False

    def heard(self, data: bytes) -> None:
        """Called with what clients send."""

    def _run(self) -> None:
        while not self._ended.is_set():
            for key, _ in self._selector.select(0.1):
                with self._lock:
                    if key.fileobj is self._listener:
                        self._accept()
                    elif key.fileobj in self._peers:
                        self._pass_on(key.fileobj, is_client=key.data)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        if self._refuses:
            client.close()
            return
        server = socket.socket(self._family)
        try:
            server.connect(self._target)
        except OSError:
            server.close()
            client.close()
            return
        self._peers |= {client: server, server: client}
        self._selector.register(client, selectors.EVENT_READ, True)
        self._selector.register(server, selectors.EVENT_READ, False)

    def _pass_on(self, end: socket.socket, *, is_client: bool) -> None:
        try:
            data = end.recv(1 << 18)
            if data and not self._swallows:
                if is_client:
                    self.heard(data)
                self._peers[end].sendall(data)
        except OSError:
            data = b""
        if not data:
            self._drop(end)

    def _drop(self, end: socket.socket) -> None:
        peer = self._peers.pop(end, None)
        if peer is None:
            return
        self._peers.pop(peer)
        for side in (end, peer):
            self._selector.unregister(side)
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()


class Network(Proxy):
    """Between a browser and the dashboard: ``address`` is the dashboard's, as seen through it."""

    def __init__(self, port: int) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        super().__init__(listener, (socket.AF_INET, ("127.0.0.1", port)))


class EngineCounter(Proxy):
    """Between the dashboard and its engine: ``asked`` counts requests by kind, such as ``GET /containers/ID/logs``."""

    def __init__(self, folder: Path, engine_host: str) -> None:
        self.host = f"unix://{folder}/counted.sock"
        self.asked: Counter[str] = Counter()
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.fspath(folder / "counted.sock"))
        super().__init__(listener, (socket.AF_UNIX, engine_host.removeprefix("unix://")))

    def heard(self, data: bytes) -> None:
        for method, target in re.findall(rb"^([A-Z]+) (?:/v[\d.]+)?(/\S*) HTTP/1", data, re.MULTILINE):
            path = re.sub(r"[0-9a-f]{64}", "ID", target.decode().partition("?")[0])
            self.asked[f"{method.decode()} {path}"] += 1
