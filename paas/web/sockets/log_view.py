"""What raw sockets that show a log do alike: lines go out and are confirmed, losses are told with the next line."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import partial
from typing import Any, Protocol, Self

from paas.accounts.permissions import Actor
from paas.broadcast import Batch, Crowd, Item
from paas.concurrency.websocket import WebSocket
from paas.web.presence import Look
from paas.web.sockets import opening


class Watch(Protocol):
    """What feeds a view."""

    def begin(self) -> None:
        """Send what it begins with, and then what comes."""
        ...

    def taken(self, position: str) -> None:
        """The client has come as far as this."""
        ...

    def end(self) -> None: ...


class LogView(ABC):
    """One client's view of a log: a Stream of the visitors, and the Outlet of the feed that is watched.

    Subclasses say in ``run`` what is watched, in ``pack`` how lines are said, and in ``marker`` what stands between
    two of them.
    """

    def __init__(self, socket: WebSocket, app_id: int) -> None:
        self.socket, self.app_id = socket, app_id
        self._watch: Watch | None = None
        self._is_over = False
        self._skipped = 0
        """Lines that were left out and are yet to be told of."""

    @abstractmethod
    def run(self) -> None: ...

    @staticmethod
    @abstractmethod
    def pack(batch: Batch, skipped: int = 0) -> bytes:
        """The frames of these lines, before which so many were left out."""

    @abstractmethod
    def marker(self, marker: Any, skipped: int) -> None:  # noqa: ANN401 - each log has markers of its own
        ...

    @abstractmethod
    def app_is_gone(self) -> None: ...

    def recheck(self, actor: Actor, look: Look) -> None:
        app = look.app(self.app_id)
        if app is None:
            self.app_is_gone()
        else:
            opening.check(actor, app)

    def lines(self, batch: Batch, skipped: int) -> None:
        self._send(self.pack(batch, self._skipped + skipped), batch.position)

    @property
    def crowd(self) -> Crowd:
        return self._send_to_all

    def leave(self) -> None:
        self._is_over = True
        if self._watch is not None:
            self._watch.end()

    def _show(self, watch: Watch) -> None:
        """From now on, unless the client went meanwhile."""
        self._watch = watch
        if self._is_over:
            watch.end()
        watch.begin()

    def _send(self, frames: bytes, position: str) -> None:
        """What has gone is confirmed, so little is under way to a client that reads slowly."""
        self._skipped = 0
        if self._watch is not None:
            self.socket.send(frames, partial(self._watch.taken, position))

    @classmethod
    def _send_to_all(cls, views: Sequence[Self], item: Item) -> None:
        """The Crowd of each kind of view: what many are sent is packed once."""
        frames = cls.pack(item) if isinstance(item, Batch) else b""
        for view in views:
            if not isinstance(item, Batch):
                view.marker(item.value, 0)
            elif view._skipped:
                view.lines(item, 0)
            else:
                view._send(frames, item.position)
