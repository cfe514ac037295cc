"""Somebody who asks an app for its page twenty times a second and remembers every answer."""

import collections
import http.client
import threading
import time
from collections.abc import Callable
from typing import NamedTuple, Self

from tests.waiting import eventually

EVERY_SECONDS = 0.05


class Answer(NamedTuple):
    """What came: the page's first line, or nothing and the failure. ``at`` is when it was asked for."""

    at: float
    text: str
    failure: str


class Answering:
    """``with Answering(where) as asked`` asks until the block ends; ``where`` gives ``(host, port)`` for each question.

    A slow answer is an answer: under load they take long. None at all within ten seconds is a failure.
    """

    def __init__(self, where: Callable[[], tuple[str, int]] | tuple[str, int]) -> None:
        self.answers: list[Answer] = []
        self._where = where if callable(where) else lambda: where
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        eventually(lambda: self.answers, what="the first question is answered, or is not")
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(20)
        assert not self._thread.is_alive()

    @property
    def failures(self) -> list[Answer]:
        return [answer for answer in list(self.answers) if answer.failure]

    @property
    def texts(self) -> dict[str, int]:
        """How often each page came."""
        return dict(collections.Counter(answer.text for answer in list(self.answers) if not answer.failure))

    @property
    def longest_gap_seconds(self) -> float:
        """The longest time from the first question that failed to the next that did not."""
        longest, since = 0.0, None
        for answer in list(self.answers):
            if answer.failure:
                since = since or answer.at
            elif since is not None:
                longest, since = max(longest, answer.at - since), None
        return longest if since is None else float("inf")

    def wait_for_more(self, count: int = 3) -> None:
        """Until as many questions were asked from now on."""
        before = len(self.answers)
        eventually(lambda: len(self.answers) >= before + count, 30, what=f"{count} more questions are asked")

    def assert_always(self, text: str) -> None:
        """Every question so far, and the next few, were answered, with this page."""
        self.wait_for_more()
        assert not self.failures, self.says()
        assert set(self.texts) == {text}, self.says()

    def assert_serves(self, text: str, deadline_seconds: float = 10) -> None:
        """From some question on, and by the deadline, the answer is this page."""
        eventually(lambda: [each.text for each in self.answers[-3:]] == [text] * 3, deadline_seconds, what=self.says())

    def says(self) -> str:
        failures = [f"{answer.at - self.answers[0].at:.2f} s: {answer.failure}" for answer in self.failures]
        return f"{len(self.answers)} questions, answers {self.texts}, {len(failures)} failures {failures[:5]}"

    def _run(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            self.answers.append(ask(self._where))


def ask(where: Callable[[], tuple[str, int]]) -> Answer:
    """One question on a connection of its own."""
    at, connection = time.monotonic(), None
    try:
        connection = http.client.HTTPConnection(*where(), timeout=10)
        connection.request("GET", "/")
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace").partition("\n")[0]
        return Answer(at, text, "" if answer.status == 200 else f"{answer.status} {text}")
    except (OSError, http.client.HTTPException) as error:
        return Answer(at, "", repr(error))
    finally:
        if connection is not None:
            connection.close()
