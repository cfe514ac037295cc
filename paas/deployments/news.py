"""Says that a deployment's record has changed. What it is now, whoever listens reads from the record."""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)


class News:
    """Within this process. What other processes change, the waiting line notices and tells here."""

    def __init__(self) -> None:
        self._listeners: dict[object, Callable[[int], None]] = {}

    def listen(self, callback: Callable[[int], None]) -> Callable[[], None]:
        """Have ``callback`` called with the id of each deployment whose record has changed, until the function that is
        returned is called. It must not block, and may be told of a change twice."""
        key = object()
        self._listeners[key] = callback
        return lambda: self._listeners.pop(key, None) and None

    def tell(self, deployment_id: int) -> None:
        """Call this after the change has been committed, outside any session."""
        for callback in tuple(self._listeners.values()):
            try:
                callback(deployment_id)
            except Exception:
                log.exception("Somebody who listens for deployments failed at deployment %s", deployment_id)
