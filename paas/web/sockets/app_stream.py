"""``/api/v1/apps/<id>/logs/stream``: the log of an app as bare lines, one text frame each, the last five minutes first.

The past is read page by page at the pace of the client, and the live log goes on after the last page.
"""

import threading
from time import time

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from paas.apps.app import App
from paas.broadcast import Batch, Marker, batches
from paas.concurrency.websocket import NORMAL, WebSocket
from paas.errors import Problem, Unavailable
from paas.logs.app.place import Place
from paas.logs.feed import Status
from paas.logs.filters import LineFilter
from paas.logs.reading.cursor import stamp_of
from paas.logs.watch import MOST_LINES
from paas.web import problems
from paas.web.context import KEY
from paas.web.sockets import messages, opening
from paas.web.sockets.log_view import LogView

blueprint = Blueprint("app_stream", __name__)

PAST_SECONDS = 300.0


@blueprint.route("/api/v1/apps/<reference>/logs/stream", websocket=True)
def show(reference: str) -> ResponseReturnValue:
    who = opening.actor()
    app = opening.app(who, reference)
    return opening.serve(who, lambda socket, application: AppStream(socket, application, app))


class AppStream(LogView):
    """The log of an app. It has no words of its own but that lines were skipped."""

    pack = staticmethod(messages.bare_lines)

    def __init__(self, socket: WebSocket, application: Flask, app: App) -> None:
        super().__init__(socket, app.id)
        self._app, self._hub = app, application.extensions[KEY].hub
        self._has_gone = threading.Event()

    def run(self) -> None:
        try:
            place = self._give_past()
            self._show(self._hub.watch_app(self._app, self, position=str(place)))
        except Problem as problem:
            code = problems.CLOSE_CODE["unavailable"] if isinstance(problem, Unavailable) else NORMAL
            self.socket.close(code, problem.message)

    def leave(self) -> None:
        super().leave()
        self._has_gone.set()

    def app_is_gone(self) -> None:
        self.socket.close(NORMAL, "Container not found")

    def marker(self, _marker: Marker, skipped: int) -> None:
        self._skipped += skipped

    def status(self, status: Status) -> None:
        """It is said in no words here."""

    def problem(self, problem: Problem) -> None:
        self.socket.close(NORMAL, problem.message)

    def _give_past(self) -> Place:
        """The lines of the last minutes, up to now; where they end."""
        log, now = self._hub.stored(self._app), time()
        place: Place = log.at(now - PAST_SECONDS)
        more = True
        while more and not self._is_over:
            page = log.after(str(place), only=LineFilter(), limit=MOST_LINES).page
            place, more = page.after, page.more and page.lines[-1].time < stamp_of(now).decode()
            for part in batches(line[:] for line in page.lines):
                self._give(messages.bare_lines(Batch(-1, 0, part)))
        return place

    def _give(self, frames: bytes) -> None:
        """Send, and wait until it has gone."""
        self._has_gone.clear()
        self.socket.send(frames, self._has_gone.set)
        while not self._is_over and not self._has_gone.wait(1.0):
            continue
