"""``/ws/metrics``: what the machine uses, one bare object a second, for those who may see the engine's containers."""

from collections.abc import Callable

import orjson
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Actor
from paas.concurrency.websocket import WebSocket, text_frames
from paas.metrics.sampler import Sampler
from paas.metrics.snapshot import Snapshot
from paas.web.context import KEY
from paas.web.presence import Look
from paas.web.shapes.metrics import bare
from paas.web.sockets import opening

blueprint = Blueprint("metrics_socket", __name__)

BOARD = "quayside-metrics-board"


@blueprint.route("/ws/metrics", websocket=True)
def show() -> ResponseReturnValue:
    who = opening.actor()
    opening.check_machine(who)
    return opening.serve(who, lambda socket, application: MetricsView(socket, board(application)))


class Board:
    """Packs each sample once for all who look."""

    def __init__(self, sampler: Sampler) -> None:
        self._sampler = sampler
        self._looks: dict[MetricsView, Callable[[], None]] = {}
        self._last = sampler.last
        """The last one that was shown to all: who comes in between is not shown it twice."""
        sampler.listen(self._show)

    def enter(self, view: "MetricsView") -> None:
        """Show the last sample, and from now on each one as it is taken."""
        self._looks[view] = self._sampler.look()
        if self._last is not None:
            view.show(_pack(self._last))

    def leave(self, view: "MetricsView") -> None:
        end = self._looks.pop(view, None)
        if end is not None:
            end()

    def _show(self, snapshot: Snapshot) -> None:
        self._last = snapshot
        if not self._looks:
            return
        frame = _pack(snapshot)
        for view in tuple(self._looks):
            view.show(frame)


class MetricsView:
    """One client's."""

    def __init__(self, socket: WebSocket, board: Board) -> None:
        self.socket, self._board = socket, board
        self._is_over = False

    def run(self) -> None:
        if not self._is_over:  # the client may have gone meanwhile
            self._board.enter(self)

    def leave(self) -> None:
        self._is_over = True
        self._board.leave(self)

    def recheck(self, actor: Actor, _look: Look) -> None:
        opening.check_machine(actor)

    def show(self, frame: bytes) -> None:
        """A client that has not taken the one before gets the next one that comes after that."""
        if self.socket.is_idle:
            self.socket.send(frame)


def board(app: Flask) -> Board:
    """The one of this application."""
    if BOARD not in app.extensions:
        app.extensions[BOARD] = Board(app.extensions[KEY].sampler)
    found: Board = app.extensions[BOARD]
    return found


def _pack(snapshot: Snapshot) -> bytes:
    return text_frames([orjson.dumps(bare(snapshot)).decode()])
