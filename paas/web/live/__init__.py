"""The Socket.IO door: one namespace a subject. Who may come in is asked once, when a namespace is opened."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from flask_socketio import SocketIO

from paas.web.live.apps import AppsDoor
from paas.web.live.containers import ContainersDoor
from paas.web.live.deployments import DeploymentsDoor
from paas.web.live.doorstep import Doorstep
from paas.web.live.logs import LogsDoor
from paas.web.live.metrics import MetricsDoor
from paas.web.live.namespace import Door
from paas.web.live.packets import TextPacket
from paas.web.origins import is_own

MAX_MESSAGE_BYTES = 64 * 1024
"""What a client may send at once. Each byte is unmasked in Python: 0.23 s of a frozen loop for a MB."""


def attach(app: Flask) -> None:
    """Open every namespace on this app."""
    doors: list[Door] = [LogsDoor(app), ContainersDoor(app), AppsDoor(app), DeploymentsDoor(app), MetricsDoor(app)]
    public_url = app.extensions["quayside"].settings.public_url
    socketio = SocketIO(
        app,
        async_mode="eventlet",
        manage_session=False,
        max_http_buffer_size=MAX_MESSAGE_BYTES,
        ping_interval=25,
        serializer=TextPacket,
        namespaces=[door.namespace for door in doors],  # otherwise "/" is open to all
        cors_allowed_origins=lambda origin, environ: is_own(origin, environ.get("HTTP_HOST", ""), public_url),
    )
    for door in doors:
        socketio.on_namespace(door)
    Doorstep(socketio.server).start()
    app.wsgi_app = _without_compression(app.wsgi_app)  # type: ignore[method-assign,assignment]


def _without_compression(wsgi_app: WSGIApplication) -> WSGIApplication:
    """Decline permessage-deflate, which every browser offers: it costs eight times the CPU and 220 kB a viewer."""

    def app(request: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return wsgi_app(request, start_response)

    return app
