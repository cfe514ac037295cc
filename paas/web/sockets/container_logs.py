"""``/ws/container/logs?appId=1``: the log of an app as it is written. What is said stands in docs/sockets.md."""

import threading
from dataclasses import dataclass, field
from time import monotonic

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from paas.apps.app import App
from paas.apps.members import Member, members
from paas.broadcast import Batch, Marker
from paas.concurrency.websocket import NORMAL, WebSocket
from paas.deployments import history
from paas.engine import labels
from paas.errors import Problem, Unavailable
from paas.logs.app.place import parse_place
from paas.logs.feed import Status
from paas.logs.filters import LineFilter
from paas.logs.watch import MOST_LINES, Watch
from paas.web import asked, problems
from paas.web.context import KEY
from paas.web.sockets import messages, opening
from paas.web.sockets.log_view import LogView

blueprint = Blueprint("container_logs_socket", __name__)

TAIL = 100

END_SECONDS = 1.0
"""For how long nothing may run before the log is said to have ended: a container that is restarted goes on."""

LOOK_SECONDS = 0.25

CATCH_UP_SECONDS = 2.0

LOSSES = frozenset({"rotated", "replaced", "resynchronised"})
"""Markers after which a client may lack lines, whose number nobody knows."""


@dataclass(frozen=True)
class Wanted:
    """Which lines are asked for."""

    tail: int = TAIL
    position: str = ""
    only: LineFilter = field(default_factory=LineFilter)


@blueprint.route("/ws/container/logs", websocket=True)
def show() -> ResponseReturnValue:
    """``appId``, and ``tail process stream contains regex``, or ``position`` to go on after a line."""
    who = opening.actor()
    app = opening.app(who, asked.text("appId"))
    wanted = _wanted()
    return opening.serve(who, lambda socket, application: ContainerLogs(socket, application, app, wanted))


def _wanted() -> Wanted:
    position = asked.text("position")
    if position:
        parse_place(position)
    only = LineFilter(**{name: asked.text(name) for name in ("contains", "regex", "stream", "process")})
    return Wanted(asked.whole("tail", TAIL, most=MOST_LINES), position, only)


class ContainerLogs(LogView):
    """The log of an app, how its container is, and that it has ended."""

    _watch: Watch | None

    def __init__(self, socket: WebSocket, application: Flask, app: App, wanted: Wanted) -> None:
        super().__init__(socket, app.id)
        self._app, self._wanted = app, wanted
        self._services = application.extensions[KEY]
        self._is_lost = False
        self._is_news = threading.Event()
        self._told: tuple[str, str] | None = None
        self._quiet_since: float | None = None

    def run(self) -> None:
        stop_listening = self._services.engine.inventory.listen(self._is_news.set)
        try:
            if self._begin():
                self._look_after()
        except Unavailable as problem:
            self.socket.send(messages.error(f"Connection timeout: {problem.message}"))
            self.socket.close(problems.CLOSE_CODE[problem.kind], problem.message)
        except Problem as problem:
            self._stop(problem.message)
        finally:
            stop_listening()

    def leave(self) -> None:
        super().leave()
        self._is_news.set()

    def app_is_gone(self) -> None:
        self._stop("Container not found")

    @staticmethod
    def pack(batch: Batch, skipped: int = 0) -> bytes:
        return messages.lines(batch, skipped, with_process=True)

    def marker(self, marker: Marker, skipped: int) -> None:
        self._skipped += skipped
        if marker.kind in LOSSES:
            self.socket.send(messages.error(f"{marker.message}."))
        self._is_news.set()

    def status(self, status: Status) -> None:
        was_lost, self._is_lost = self._is_lost, status.state == "lost"
        if self._is_lost and not was_lost:
            self.socket.send(messages.error(f"Connection timeout: {status.message}"))
        self._is_news.set()

    def problem(self, problem: Problem) -> None:
        self.socket.send(messages.error(problem.message))

    # The container

    def _begin(self) -> bool:
        """Say how it is and begin to show it; False where there is nothing to be shown."""
        containers = self._containers()
        if not _run(containers):  # one that was started just now is not on the list yet
            self._services.engine.inventory.catch_up(limit_seconds=CATCH_UP_SECONDS)
            containers = self._containers()
        if not containers:
            self._stop("Container not found")
            return False
        self._tell(containers)
        if not _run(containers):
            self._stop(f"Container is not running (state: {_first(containers).container.state})")
            return False
        wanted = self._wanted
        hub = self._services.hub
        self._show(hub.watch_app(self._app, self, tail=wanted.tail, position=wanted.position, only=wanted.only))
        return True

    def _look_after(self) -> None:
        while not self._is_over:
            self._is_news.wait(None if self._quiet_since is None else LOOK_SECONDS)
            self._is_news.clear()
            if self._is_lost or self._is_over:
                continue
            containers = self._containers()
            self._tell(containers)
            if self._has_ended(containers):
                self.socket.send(messages.end(self._skipped))
                self.socket.close(NORMAL)
                return

    def _has_ended(self, containers: list[Member]) -> bool:
        """Whether nothing runs that writes here, nothing is about to, and the client has had all of it."""
        if _run(containers):
            self._quiet_since = None
            return False
        if self._quiet_since is None:
            self._quiet_since = monotonic()
        is_quiet = monotonic() - self._quiet_since >= END_SECONDS and self.socket.is_idle
        return is_quiet and self._is_read() and not self._is_being_deployed()

    def _is_read(self) -> bool:
        """Of one process, its marker told; of all of them, their feed tells."""
        return self._watch is None or bool(self._wanted.only.process) or self._watch.feed.status.state == "ended"

    def _is_being_deployed(self) -> bool:
        with self._services.database.session() as session:
            latest = history.latest(session, [self.app_id]).get(self.app_id)
        return latest is not None and latest.status.is_running

    def _containers(self) -> list[Member]:
        engine = self._services.engine
        found = members(self._app, engine.inventory.all(), instance=engine.workloads.instance)
        return [
            each
            for each in found
            if each.container.labels.get(labels.ROLE) != "release" and self._wanted.only.wants(each.process)
        ]

    def _tell(self, containers: list[Member]) -> None:
        if not containers:
            return
        container = _first(containers).container
        if self._told != (container.name, container.state):
            self._told = (container.name, container.state)
            told = {"container": container.name, "state": container.state, "status": container.status}
            self.socket.send(messages.envelope("status", told))

    def _stop(self, message: str) -> None:
        self.socket.send(messages.error(message))
        self.socket.close(NORMAL, message)


def _run(containers: list[Member]) -> bool:
    return any(each.container.is_running for each in containers)


def _first(containers: list[Member]) -> Member:
    """The one that a client is told of: that which runs, or ran last, and of several the first by its process."""
    running = [each for each in containers if each.container.is_running]
    if running:
        return min(running, key=lambda each: (len(each.process), each.process))
    return max(containers, key=lambda each: each.container.since or each.container.created_at)
