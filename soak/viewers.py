"""One who watches a log, at a pace of their own: goes away and comes back at the position, reads slowly, stalls."""

import json
import random
import threading
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import websocket

from soak.account import Account
from tests.end_to_end.wire import Closed, Wire
from tests.web.sockets.client import RawSocket, Refused

LOST = (Closed, Refused, OSError, websocket.WebSocketException)


@dataclass(frozen=True)
class Place:
    """Where one watches, and what: a container by its name, or an app by its id."""

    address: str
    cookie: str
    token: str
    container: str = ""
    app: int = 0
    is_adopted: bool = False
    """The app is one container, which nobody deploys."""

    @property
    def name(self) -> str:
        return self.container or str(self.app)

    @property
    def target(self) -> dict[str, Any]:
        return {"container": self.container} if self.container else {"app": self.app}


@dataclass(frozen=True)
class Pace:
    """``pause_seconds`` after each message, ``stall_seconds`` now and then; a visit lasts ``visit_seconds``."""

    pause_seconds: float = 0.0
    stall_seconds: float = 0.0
    visit_seconds: float = 60.0


class Viewer(ABC):
    """Watches in a thread of its own until ``leave``."""

    def __init__(self, place: Place, pace: Pace, dice: random.Random, *, tail: int, from_start: bool = False) -> None:
        self.place, self.pace = place, pace
        self.account = Account(from_start=from_start, app=0 if place.is_adopted else place.app)
        self.heard: Counter[str] = Counter()
        """How often it came in, and whatever it was told beside lines."""
        self.failure: BaseException | None = None
        self._dice, self._tail, self._position = dice, tail, ""
        self._left, self._hurry = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def leave(self) -> None:
        self._left.set()

    def hurry(self) -> None:
        """From now on it takes everything at once and stays."""
        self._hurry.set()

    def join(self) -> None:
        self._thread.join(60)

    @property
    def has_ended(self) -> bool:
        return not self._thread.is_alive()

    def says(self) -> str:
        kind, target = type(self).__name__, self.place.container or f"app {self.place.app}"
        return f"{kind} of {target}, {self.pace}, heard {dict(self.heard)}"

    @abstractmethod
    def _open(self) -> Any: ...

    @abstractmethod
    def _take(self, connection: Any) -> bool:
        """Take what comes within a moment; whether that was lines."""

    def _run(self) -> None:
        try:
            while not self._left.is_set():
                self._visit()
                if not self._hurry.is_set():
                    self._left.wait(self._dice.uniform(0.2, 3))
                else:
                    self._left.wait(0.5)
        except BaseException as failure:  # noqa: BLE001 - it is a row of the table
            self.failure = failure

    def _visit(self) -> None:
        connection = None
        try:
            connection = self._open()
            self.heard["came"] += 1
            self._stay(connection)
        except LOST as reason:
            self.heard[f"{type(reason).__name__} {reason}"[:80]] += 1
        finally:
            if connection is not None:
                connection.close()

    def _stay(self, connection: Any) -> None:
        messages = int(self._dice.uniform(0.3, 2) * self.pace.visit_seconds * 4)
        while not self._left.is_set() and (messages > 0 or self._hurry.is_set()):
            messages -= 1
            if self._take(connection) and not self._hurry.is_set():
                self._dawdle()

    def _dawdle(self) -> None:
        is_stalled = self.pace.stall_seconds and self._dice.random() < 0.01
        if pause := self.pace.stall_seconds if is_stalled else self.pace.pause_seconds:
            self._hurry.wait(pause)


class SocketViewer(Viewer):
    """As the page: confirms what it took."""

    def _open(self) -> "_Watch":
        return _Watch(Wire(self.place.address, self.place.cookie), self)

    def watched(self) -> dict[str, Any]:
        resume = {"position": self._position} if self._position else {}
        return self.place.target | {"tail": self._tail} | resume

    def _take(self, connection: "_Watch") -> bool:
        heard = connection.wire.recv(0.25)
        if heard is None:
            return False
        self.hear(*heard)
        if heard[0] != "lines":
            return False
        if self._position:
            connection.wire.send("taken", {"watch": connection.watch, "position": self._position})
        return True

    def hear(self, event: Any, message: dict[str, Any]) -> None:
        if event == "lines":
            self.account.skip(message["skipped"])
            for _, _, _, stream, text in json.loads(message["rows"]):
                self.account.show(text, stream)
        else:
            self.heard[f"{event} {message.get('kind') or message.get('error', {}).get('message', '')}"[:80]] += 1
        self._position = message.get("position") or self._position
        if event == "end":
            raise Closed("the watch is over")


class _Watch:
    """An open watch."""

    def __init__(self, wire: Wire, viewer: SocketViewer) -> None:
        self.wire, self.watch = wire, ""
        try:
            number = wire.ask("watch", viewer.watched())
            while (heard := wire.recv(15)) is not None and heard[0] != number:
                viewer.hear(*heard)
            if heard is None or not heard[1].get("ok"):
                raise Closed(f"not let in: {heard and heard[1]}")
            self.watch = heard[1]["watch"]
        except BaseException:
            wire.close()
            raise

    def close(self) -> None:
        self.wire.close()


class _Raw(RawSocket):
    def close(self) -> None:
        self.socket.close(timeout=0)


class RawViewer(Viewer):
    """By ``/ws/container/logs``: there is nothing to confirm."""

    def _open(self) -> RawSocket:
        path = f"/ws/container/logs?appId={self.place.app}&tail={self._tail}"
        path += f"&position={quote(self._position)}" if self._position else ""
        header = [f"Authorization: Bearer {self.place.token}"]
        try:
            return _Raw(self.place.address, path, header=header)
        except ValueError as error:
            raise Closed(f"no answer to the upgrade: {error}") from error

    def _take(self, connection: RawSocket) -> bool:
        came = connection.read(0.25)
        messages = [*connection.messages]
        for held in (connection.messages, connection.frames, connection.lines):
            held.clear()
        for message in messages:
            self._hear(message["type"], message["data"])
        if not came and connection.code is not None:
            raise Closed(f"closed with {connection.code}")
        return any(message["type"] == "log" for message in messages)

    def _hear(self, kind: str, data: dict[str, Any]) -> None:
        self.account.skip(data.get("skipped", 0))
        if kind == "log":
            self.account.show(data["line"], data["stream"])
            self._position = data["position"]
        elif kind == "error":
            self.heard[f"error {data['message']}"[:80]] += 1
