"""One at a time: whoever changes the containers of an app takes its turn first."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from paas.errors import Conflict

PATIENCE_SECONDS = 5.0
"""Somebody waits for the answer; to clear up after a deployment takes less."""


class Turns:
    """One turn for each app, by its id, within this process."""

    def __init__(self) -> None:
        self._locks: dict[int, threading.Lock] = {}

    @contextmanager
    def take(self, app_id: int, *, wait: bool = True) -> Iterator[bool]:
        """Whether it is our turn, which lasts as long as the block; without ``wait`` it may not be."""
        with self._taken(app_id, -1 if wait else 0) as is_ours:
            yield is_ours

    @contextmanager
    def take_soon(self, app_id: int) -> Iterator[None]:
        """The same for whoever cannot wait for long; Conflict when it does not come to be our turn."""
        with self._taken(app_id, PATIENCE_SECONDS) as is_ours:
            if not is_ours:
                raise Conflict("Somebody else is changing the containers of this app. Try again in a moment.")
            yield

    def is_taken(self, app_id: int) -> bool:
        """Whether somebody is changing its containers at this moment."""
        lock = self._locks.get(app_id)
        return lock is not None and lock.locked()

    @contextmanager
    def _taken(self, app_id: int, seconds: float) -> Iterator[bool]:
        lock = self._locks.setdefault(app_id, threading.Lock())
        is_ours = lock.acquire(timeout=seconds) if seconds else lock.acquire(blocking=False)
        try:
            yield is_ours
        finally:
            if is_ours:
                lock.release()
