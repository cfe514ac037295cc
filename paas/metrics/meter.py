"""One container's answers become its readings, each compared with the one before. Pure: it is told the time."""

from collections.abc import Mapping
from typing import Any

from paas.metrics import readings
from paas.metrics.readings import Rates, Usage

OVERDUE_SECONDS = 3.5
"""The engine reads once a second, and takes two to have something to compare; after this nobody should rely on it."""


class Meter:
    """``usage`` is None until two answers can be compared, and once the container does not run any more. All times are
    of the monotonic clock: rates do not follow one that is set."""

    def __init__(self) -> None:
        self.usage: Usage | None = None
        self.rates: Rates | None = None
        self.at = 0.0
        self._answer: Mapping[str, Any] | None = None
        self._asked_at = 0.0
        self._has_failed = False

    @property
    def is_new(self) -> bool:
        """Whether there is nothing yet to compare an answer with."""
        return self._answer is None

    def ask(self, now: float) -> None:
        """The engine is asked: until the answer is overdue, what was read last still counts, unless that failed."""
        self._asked_at = now

    def fail(self) -> None:
        """It did not answer."""
        self._has_failed = True

    def take(self, answer: Mapping[str, Any], now: float) -> None:
        """An answer has come."""
        if not readings.is_running(answer):
            self.usage = self.rates = self._answer = None
            return
        before, usage = self.usage, readings.usage(answer, self._answer)
        self.rates = readings.rates(usage, before, now - self.at) if usage and before else None
        self.usage, self._answer = usage, {"cpu_stats": answer["cpu_stats"]}  # no more of it is compared
        self.at = self._asked_at = now
        self._has_failed = False

    def is_stale(self, now: float) -> bool:
        return self._has_failed or now - self._asked_at > OVERDUE_SECONDS
