"""What one viewer was shown of a numbered log, and what it was told that it was not shown. Pure."""

import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple


class Shown(NamedTuple):
    """One row as it came."""

    position: str
    time: str
    process: str
    stream: str
    text: str


@dataclass
class Account:
    """Takes every message of one watch in its order; reconnecting viewers go on with the same one.

    Rows that begin with a number are counted by stream, others are kept in ``rows`` only. ``keeps_rows`` is for tests
    that look at texts.
    """

    keeps_rows: bool = False
    position: str = ""
    skipped: int = 0
    rows: list[Shown] = field(default_factory=list)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    markers: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    """Kinds of markers and texts of rows, one after the other, where rows are kept."""

    @property
    def shown(self) -> int:
        return sum(len(numbers) for numbers in self.numbers.values())

    @property
    def kinds(self) -> list[str]:
        return [marker["kind"] for marker in self.markers]

    @property
    def texts(self) -> list[str]:
        return [row.text for row in self.rows]

    def take(self, event: str, message: dict[str, Any]) -> None:
        if event == "lines":
            assert message["position"], "lines without a resume point"
            self.skipped += message["skipped"]
            self._take_rows(json.loads(message["rows"]))
        elif event == "marker":
            self.markers.append(message)
            self.order.append(message["kind"])
        elif event == "status":
            self.statuses.append(message)
        elif event == "problem":
            self.problems.append(message["error"])
        self.position = message.get("position", self.position)

    def says(self) -> str:
        """For the message of a failed assertion."""
        parts = [f"{stream}: {_gaps(numbers)}" for stream, numbers in self.numbers.items()]
        return f"shown {self.shown}, skipped {self.skipped}, markers {self.kinds}, problems {self.problems}; {parts}"

    def _take_rows(self, rows: list[list[str]]) -> None:
        for position, time, process, stream, text in rows:
            number, _, _ = text.partition(" ")
            if number.isdigit():
                self.numbers.setdefault(stream, []).append(int(number))
            if self.keeps_rows:
                self.rows.append(Shown(position, time, process, stream, text))
                self.order.append(text)


def assert_exact(account: Account, *, written: int, streams: int = 1) -> None:
    """Every number at most once, in order within its stream, and as many declared skipped as are missing.

    ``written`` counts each stream's lines.
    """
    for stream, numbers in account.numbers.items():
        wrong = [(a, b) for a, b in pairwise(numbers) if b <= a]
        assert not wrong, f"{stream}: out of order at {wrong[:5]}; {account.says()}"
        assert numbers[-1] < written, account.says()
    assert account.shown + account.skipped == written * streams, account.says()


def assert_complete(account: Account, *, written: int, streams: tuple[str, ...] = ("stdout",)) -> None:
    """Every number, once, in order, and nothing skipped."""
    assert account.skipped == 0, account.says()
    for stream in streams:
        assert account.numbers.get(stream) == list(range(written)), account.says()


def _gaps(numbers: list[int]) -> str:
    gaps = [(a, b) for a, b in pairwise(numbers) if b != a + 1]
    return f"{numbers[0]}..{numbers[-1]}, {len(gaps)} gaps, the first {gaps[:5]}"
