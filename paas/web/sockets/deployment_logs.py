"""``/ws/deployment/logs?deploymentId=15``: how a deployment stands, and its log, all so far and then what comes."""

import threading
from functools import partial
from typing import Any

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Actor
from paas.apps import catalogue
from paas.broadcast import Batch, Crowd, Item
from paas.concurrency.websocket import NORMAL, WebSocket
from paas.deployments import history
from paas.deployments.history import Deployment
from paas.deployments.journal.journal import MOST_LINES, Marker
from paas.deployments.journal.lines import parse_position
from paas.errors import Invalid, NotFound, Problem
from paas.web import asked, telling
from paas.web.context import KEY, services
from paas.web.shapes.deployments import shape
from paas.web.sockets import messages, opening

blueprint = Blueprint("deployment_logs_socket", __name__)

FIELDS = ("deployment_id", "status", "stage", "progress", "message", "error_message")
"""Of a deployment, what a status tells."""


@blueprint.route("/ws/deployment/logs", websocket=True)
def show() -> ResponseReturnValue:
    """``deploymentId``, and ``tail`` or ``position`` for less than everything."""
    who = opening.actor()
    deployment = _found(who)
    tail = asked.whole("tail", 0, most=MOST_LINES) if asked.text("tail") else None
    position = asked.text("position")
    if position:
        parse_position(position, deployment.id)

    def make(socket: WebSocket, application: Flask) -> DeploymentLogs:
        return DeploymentLogs(socket, application, deployment, actor=who, tail=tail, position=position)

    return opening.serve(who, make)


def _found(who: Actor) -> Deployment:
    deployment_id = asked.whole("deploymentId", 0)
    if not deployment_id:
        raise Invalid("deploymentId is missing: give the id of a deployment.")
    try:
        with services().database.session() as session:
            deployment = history.load(session, min(deployment_id, opening.GREATEST_ID))
            app = catalogue.load(session, deployment.app_id)
    except NotFound as problem:
        raise NotFound(f"There is no deployment with the id {deployment_id}.") from problem
    opening.check(who, app)
    return deployment


class DeploymentLogs:
    """One client's view: a Screen of those who tell of deployments."""

    def __init__(
        self, socket: WebSocket, application: Flask, deployment: Deployment, *, actor: Actor, tail: int | None,
        position: str,
    ) -> None:  # fmt: skip
        self.socket, self.app_id = socket, deployment.app_id
        self._deployment, self._tail, self._position = deployment, tail, position
        self._services = application.extensions[KEY]
        self._watching = telling.Watching(telling.teller(application), self, actor=actor, host="")
        self._watching.deployment_id, self._watching.app_id = deployment.id, deployment.app_id
        self._told: dict[str, Any] = {}
        self._has_ended = threading.Event()
        self._is_over = False
        self.skipped = 0
        """Lines that were left out and are yet to be told of."""

    def run(self) -> None:
        try:
            self._tell(shape(self._deployment))
            self._watching.log = self._services.journals.watch(
                self._deployment.id,
                self,
                is_over=self._deployment.status.is_over,
                tail=self._tail,
                position=self._position,
            )
            self._watching.begin()
            self._has_ended.wait()
            if not self._is_over:
                self._say_end()
        except Problem as problem:
            self.problem(problem)
            self.socket.close(NORMAL, problem.message)
        finally:
            self._watching.end()

    def leave(self) -> None:
        self._is_over = True
        self._has_ended.set()
        self._watching.end()

    def app_is_gone(self) -> None:
        """Those who tell of deployments tell that."""

    # Those who tell, and the journal's Outlet

    def say(self, event: str, message: dict[str, Any]) -> None:
        if event == "status":
            self._tell(message)

    def lines(self, batch: Batch, skipped: int) -> None:
        self.take(messages.lines(batch, self.skipped + skipped, with_process=False), batch.position)

    def marker(self, marker: Marker, skipped: int) -> None:
        """There is one only: the log does not hold the position that was handed in."""
        self.skipped += skipped
        self.socket.send(messages.error(marker.message))

    def end(self, skipped: int) -> None:
        self.skipped += skipped
        self._has_ended.set()

    def problem(self, problem: Problem) -> None:
        self.socket.send(messages.error(problem.message))

    @property
    def crowd(self) -> Crowd:
        return to_all

    def take(self, frames: bytes, position: str) -> None:
        """Send lines; what has gone is confirmed, so little is under way to a client that reads slowly."""
        self.skipped = 0
        if self._watching.log is not None:
            self.socket.send(frames, partial(self._watching.log.taken, position))

    def _tell(self, message: dict[str, Any]) -> None:
        told = {name: message[name] for name in FIELDS}
        if told != self._told:
            self._told = told
            self.socket.send(messages.envelope("status", told))

    def _say_end(self) -> None:
        """Its last status may not have been told yet."""
        with self._services.database.session() as session:
            self._tell(shape(history.load(session, self._deployment.id)))
        if self._told["error_message"]:
            self.socket.send(messages.error(self._told["error_message"]))
        self.socket.send(messages.end(self.skipped))
        self.socket.close(NORMAL)


def to_all(viewers: list[DeploymentLogs], item: Item) -> None:
    """The journal's Crowd: what many are sent is packed once."""
    frames = messages.lines(item, with_process=False) if isinstance(item, Batch) else b""
    for viewer in viewers:
        if not isinstance(item, Batch):
            viewer.end(0)
        elif viewer.skipped:
            viewer.lines(item, 0)
        else:
            viewer.take(frames, item.position)
