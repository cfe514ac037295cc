"""Waiting for something to become true, with a deadline. Tests wait on conditions; they never sleep and hope."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], deadline_seconds: float = 30, *, what: str = "") -> T:
    """The first true value of the condition; past the deadline AssertionError, with what was seen last."""
    deadline = time.monotonic() + deadline_seconds
    pause = 0.005
    while True:
        failure: AssertionError | None = None
        value = None
        try:
            value = condition()
        except AssertionError as error:
            failure = error
        if value:
            return value
        if time.monotonic() > deadline:
            what = what or getattr(condition, "__name__", "condition")
            raise AssertionError(f"{what}: not so within {deadline_seconds} s, last seen {value!r}") from failure
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
