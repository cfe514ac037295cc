"""``/ws/deployment/logs?deploymentId=15``: how a deployment stands, and its log, all so far and then what comes."""

import threading
from typing import Any

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from paas.accounts.permissions import Actor
from paas.apps import catalogue
from paas.broadcast import Batch, Marker
from paas.concurrency.websocket import NORMAL, WebSocket
from paas.deployments import history
from paas.deployments.history import Deployment
from paas.deployments.journal.feed import End
from paas.deployments.journal.journal import MOST_LINES
from paas.deployments.journal.lines import parse_position
from paas.errors import Invalid, NotFound, Problem
from paas.web import asked, telling
from paas.web.context import KEY, services
from paas.web.shapes.deployments import shape
from paas.web.sockets import messages, opening
from paas.web.sockets.log_view import LogView

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


class DeploymentLogs(LogView):
    """The log of a deployment and how it stands: a Screen of those who tell of deployments."""

    def __init__(
        self, socket: WebSocket, application: Flask, deployment: Deployment, *, actor: Actor, tail: int | None,
        position: str,
    ) -> None:  # fmt: skip
        super().__init__(socket, deployment.app_id)
        self._deployment, self._tail, self._position = deployment, tail, position
        self._services = application.extensions[KEY]
        self._watching = telling.Watching(telling.teller(application), self, actor=actor, host="")
        self._watching.deployment_id, self._watching.app_id = deployment.id, deployment.app_id
        self._told: dict[str, Any] = {}
        self._has_ended = threading.Event()

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
            self._show(self._watching)
            self._has_ended.wait()
            if not self._is_over:
                self._say_end()
        except Problem as problem:
            self.problem(problem)
            self.socket.close(NORMAL, problem.message)
        finally:
            self._watching.end()

    def leave(self) -> None:
        super().leave()
        self._has_ended.set()

    def app_is_gone(self) -> None:
        """Those who tell of deployments tell that."""

    def say(self, event: str, message: dict[str, Any]) -> None:
        if event == "status":
            self._tell(message)

    @staticmethod
    def pack(batch: Batch, skipped: int = 0) -> bytes:
        return messages.lines(batch, skipped, with_process=False)

    def marker(self, marker: Marker | End, skipped: int) -> None:
        """There is one beside the end: the log does not hold the position that was handed in."""
        if isinstance(marker, End):
            self.end(skipped)
        else:
            self._skipped += skipped
            self.socket.send(messages.error(marker.message))

    def end(self, skipped: int) -> None:
        self._skipped += skipped
        self._has_ended.set()

    def problem(self, problem: Problem) -> None:
        self.socket.send(messages.error(problem.message))

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
        self.socket.send(messages.end(self._skipped))
        self.socket.close(NORMAL)
