"""Sends away whoever holds a connection open and enters no namespace, or has left the last one: a connection takes 60
kB and a file, and opening one needs no credential."""

import logging
import threading
from typing import Any

log = logging.getLogger(__name__)

LOOK_SECONDS = 20.0
"""A page enters its namespaces with its first message; a slow line may need a few seconds."""


class Doorstep:
    """``server`` is python-socketio's."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - published without types
        self._server = server
        self._outside: set[str] = set()

    def start(self) -> None:
        threading.Thread(target=self._watch, name="doorstep", daemon=True).start()

    def look(self) -> None:
        """Close the connections that stood outside at the last look too."""
        connections = self._server.eio.sockets
        inside = {eio_sid for rooms in self._server.manager.rooms.values() for eio_sid in rooms.get(None, {}).values()}
        outside = connections.keys() - inside
        for eio_sid in outside & self._outside:
            connections.pop(eio_sid).close(wait=False)  # one that does not read would be waited for
        self._outside = outside - self._outside

    def _watch(self) -> None:
        while True:
            threading.Event().wait(LOOK_SECONDS)
            try:
                self.look()
            except Exception:
                log.exception("Connections without a namespace could not be closed")
