"""Viewers as the page is one: they watch, confirm what they took, come back at their position, and keep account."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any, Self

import requests

from tests.end_to_end.accounts import Account
from tests.end_to_end.wire import Closed, Wire
from tests.waiting import eventually

RETRY_SECONDS = 0.1


class Viewer:
    """Watches one container, or an ``app=``, from a thread of its own until ``close``.

    ``confirms`` is asked at each message whether to confirm what was received so far; it may wait, as a slow page does.
    """

    def __init__(
        self,
        address: str,
        cookie: str,
        container: str = "",
        *,
        confirms: Callable[[], bool] = lambda: True,
        keeps_rows: bool = False,
        **options: Any,
    ) -> None:
        self.account = Account(keeps_rows=keeps_rows)
        self.connections = 0
        """How often it was let in."""
        self.refusals: list[dict[str, Any]] = []
        self._address, self._cookie, self._confirms = address, cookie, confirms
        self._options = ({"container": container} if container else {}) | {"tail": 1_000} | options
        self._ended = threading.Event()
        self._wire: Wire | None = None
        self._watch = ""
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        self.wait(lambda account: account.statuses, what="the first status comes")
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._ended.set()
        if self._wire is not None:
            self._wire.cut()
        self._thread.join(10)
        assert not self._thread.is_alive(), "the viewer does not end"

    def wait(self, condition: Callable[[Account], Any], deadline_seconds: float = 60, *, what: str = "") -> None:
        """Until the account is so; what it says now if that takes too long."""

        def holds() -> bool:
            if self._failure is not None:
                raise RuntimeError("the viewer failed") from self._failure
            assert condition(self.account), f"{self.account.says()}, refused {self.refusals[-1:]}"
            return True

        eventually(holds, deadline_seconds, what=what or "the account is as expected")

    def wait_for_all(self, lines: int, deadline_seconds: float = 90) -> Account:
        """Until as many lines were shown or declared skipped."""
        self.wait(lambda account: account.shown + account.skipped >= lines, deadline_seconds, what=f"{lines} lines")
        return self.account

    def wait_for_text(self, text: str, deadline_seconds: float = 60) -> Account:
        self.wait(lambda account: text in account.texts, deadline_seconds, what=f"{text!r} is shown")
        return self.account

    def confirm(self) -> None:
        """Confirm all that was received."""
        if self._wire is not None and self.account.position:
            self._wire.send("taken", {"watch": self._watch, "position": self.account.position})

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._connect()
                while not self._ended.is_set():
                    self._take(timeout_seconds=0.5)
            except Closed:
                self._ended.wait(RETRY_SECONDS)
            except BaseException as failure:
                self._failure = failure
                raise
            finally:
                if self._wire is not None:
                    self._wire.close()
                    self._wire = None

    def _connect(self) -> None:
        wire = Wire(self._address, self._cookie)
        self._wire = wire
        resume = {"position": self.account.position} if self.account.position else {}
        number = wire.ask("watch", self._options | resume)
        while (heard := wire.recv(15)) is not None:
            if heard[0] == number:
                break
            self.account.take(*heard)
        if heard is None or not heard[1].get("ok"):
            self.refusals.append(heard and heard[1])
            raise Closed("not let in")
        self._watch = heard[1]["watch"]
        self.connections += 1

    def _take(self, timeout_seconds: float) -> None:
        assert self._wire is not None
        heard = self._wire.recv(timeout_seconds)
        if heard is None:
            return
        event, message = heard
        self.account.take(event, message)
        if event == "lines" and self._confirms():
            self.confirm()


@contextlib.contextmanager
def viewers(make: Callable[[int], Viewer], count: int) -> Iterator[list[Viewer]]:
    """``count`` viewers, all of them let in."""
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(contextlib.closing(make(number))) for number in range(count)]
        for viewer in made:
            viewer.wait(lambda account: account.statuses, what="the first status comes")
        yield made


def cookies(session: requests.Session) -> str:
    """What the session's browser would send: made by signing in once, because attempts are counted."""
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
