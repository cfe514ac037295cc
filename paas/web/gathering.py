"""Gathers what has changed and has it told, all that came within a moment at once."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from paas.errors import Problem

T = TypeVar("T")

log = logging.getLogger(__name__)

RETRY_SECONDS = 1.0


class Gatherer(Generic[T]):
    """Has ``tell`` called with what was heard of since the last time, ``pause_seconds`` after the first of it; and with
    nothing, when nothing was heard for as long as ``look_seconds`` says.

    One thread tells everything: two would overtake each other, and a page would stay at the older word. While the
    database does not answer, what was heard of is kept and told later.
    """

    def __init__(
        self,
        tell: Callable[[set[T]], None],
        *,
        name: str,
        pause_seconds: float,
        look_seconds: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._tell, self._name = tell, name
        self._pause_seconds, self._look_seconds = pause_seconds, look_seconds
        self._heard: set[T] = set()
        self._is_news = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def hear(self, *changed: T) -> None:
        """These have changed; without any, look all the same."""
        self._heard.update(changed)
        self._is_news.set()

    def _run(self) -> None:
        while True:
            self._is_news.wait(self._look_seconds())
            threading.Event().wait(self._pause_seconds)
            self._is_news.clear()
            self.tell_now()

    def tell_now(self) -> None:
        heard, self._heard = self._heard, set()
        try:
            self._tell(heard)
        except Problem as problem:  # the database does not answer
            log.warning("The %s can tell nobody anything: %s", self._name, problem.message)
            threading.Event().wait(RETRY_SECONDS)
            self.hear(*heard)
        except Exception:
            log.exception("The %s could not tell what it had heard", self._name)
