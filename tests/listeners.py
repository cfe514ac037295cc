"""A Socket.IO client that remembers everything that it was told, in order."""

from typing import Any

import requests
import socketio

from tests.waiting import eventually


class Listener:
    """Connected to one namespace, with the cookies of a signed-in session or a token. It never reconnects."""

    def __init__(
        self, address: str, namespace: str, session: requests.Session | None = None, *, token: str = ""
    ) -> None:
        self.namespace = namespace
        self.heard: list[tuple[str, Any]] = []
        self.client = socketio.Client(http_session=session, reconnection=False)
        # Registered before the connection: what the server says first is heard too.
        self.client.on("*", self._hear, namespace=namespace)
        self.client.on("disconnect", lambda *_: self.heard.append(("disconnect", None)), namespace=namespace)
        auth = {"token": token} if token else None
        self.client.connect(address, namespaces=[namespace], transports=["websocket"], wait_timeout=10, auth=auth)

    def __enter__(self) -> "Listener":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()

    def ask(self, event: str, data: Any = None, *, timeout_seconds: float = 10) -> Any:
        """Send the event and wait for its acknowledgement."""
        return self.client.call(event, data if data is not None else {}, self.namespace, timeout=timeout_seconds)

    def tell(self, event: str, data: Any) -> None:
        self.client.emit(event, data, self.namespace)

    def all(self, event: str) -> list[Any]:
        """What every such event carried so far."""
        return [data for name, data in list(self.heard) if name == event]

    def wait_for(self, event: str, deadline_seconds: float = 10, **expected: Any) -> Any:
        """The first such event, past or to come, whose data holds these values."""

        def found() -> list[Any]:
            return [data for data in self.all(event) if all(data.get(key) == value for key, value in expected.items())]

        eventually(found, deadline_seconds, what=f"{event} {expected or ''} comes; heard {self.heard[-5:]}")
        return found()[0]

    def _hear(self, event: str, data: Any = None) -> None:
        self.heard.append((event, data))
