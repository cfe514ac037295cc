"""The scripted server's log of an app with two processes, whose lines do not come in the order of their times.

A place in it is how far each process was taken, and only places are exact. A viewer may go on from the position of a
line to find that line and for nothing else: such questions are counted.
"""

import heapq
import json
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
PROCESSES = ("web.1", "worker.1")
BATCH = 300
PAUSE_SECONDS = 0.02

Place = tuple[int, int]


class MergedLog:
    """``came`` holds the lines as they came: (process, its line's index). A line of the worker comes late at times."""

    def __init__(self) -> None:
        self.lines: list[list[dict[str, str]]] = [[], []]
        self.came: list[tuple[int, int]] = []
        self.changed = threading.Condition()
        self.positions_asked = 0

    def add(self, count: int) -> None:
        """Numbered lines by time, of which every tenth comes seven lines later than its time says."""
        with self.changed:
            first = len(self.came)
            order = sorted(range(first, first + count), key=lambda number: number + (7.5 if number % 10 == 5 else 0))
            for number in order:
                self._come(number)
            self.changed.notify_all()

    def _come(self, number: int) -> None:
        process = 1 if number % 5 == 0 else 0
        index = len(self.lines[process])
        moment = START + timedelta(milliseconds=7 * number)
        row = {
            "position": f"{process}:{index}",
            "time": moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z",
            "process": PROCESSES[process],
            "stream": "stdout",
            "text": f"line {number + 1}",
        }
        self.lines[process].append(row)
        self.came.append((process, index))

    def page(self, wanted: dict[str, str]) -> dict[str, Any]:
        limit = int(wanted.get("limit", 500))
        if "before" in wanted:
            end = self._place(wanted["before"])
            rows = list(islice(self._backwards(end), limit + 1))
            rows, more = rows[:limit][::-1], len(rows) > limit
            before = tuple(end[process] - taken(rows, process) for process in (0, 1))
            return document(rows, more, before, end)
        start = self._place(wanted["after"]) if wanted.get("after") else (0, 0)
        rows = list(islice(self._forwards(start), limit + 1))
        rows, more = rows[:limit], len(rows) > limit
        after = tuple(start[process] + taken(rows, process) for process in (0, 1))
        return document(rows, more, start, after)

    def _place(self, text: str) -> Place:
        """What a line's position means for the other process: before its first line that is not older."""
        if found := re.fullmatch(r"P(\d+)\.(\d+)", text):
            return int(found[1]), int(found[2])
        self.positions_asked += 1
        process, index = map(int, text.split(":"))
        moment = self.lines[process][index]["time"]
        older = [sum(row["time"] < moment for row in rows) for rows in self.lines]
        older[process] = index + 1
        return older[0], older[1]

    def _forwards(self, start: Place) -> Any:
        parts = (self.lines[process][start[process] :] for process in (0, 1))
        return heapq.merge(*parts, key=lambda row: row["time"])

    def _backwards(self, end: Place) -> Any:
        parts = (self.lines[process][: end[process]][::-1] for process in (0, 1))
        return heapq.merge(*parts, key=lambda row: row["time"], reverse=True)

    def batch(self, at: int, last: int) -> dict[str, Any]:
        rows = [list(self.lines[process][index].values()) for process, index in self.came[at:last]]
        return {"position": words(self.place_after(last)), "skipped": 0, "rows": json.dumps(rows)}

    def place_after(self, count: int) -> Place:
        counts = [0, 0]
        for process, _ in self.came[:count]:
            counts[process] += 1
        return counts[0], counts[1]

    def since(self, place: Place) -> list[tuple[int, int]]:
        return [(process, index) for process, index in self.came if index >= place[process]]


def document(rows: list[dict[str, str]], more: bool, before: Any, after: Any) -> dict[str, Any]:
    return {"lines": rows, "more": more, "before": words(before), "after": words(after)}


def taken(rows: list[dict[str, str]], process: int) -> int:
    return sum(row["process"] == PROCESSES[process] for row in rows)


def words(place: Any) -> str:
    return f"P{place[0]}.{place[1]}"


class MergedWatch:
    """Sends what lies after the place that was asked for, and then what comes."""

    def __init__(self, log: MergedLog, wanted: dict[str, Any], say: Any) -> None:
        self._log, self._say, self.is_open = log, say, True
        self._place = self._log._place(wanted["position"]) if "position" in wanted else None
        self._at = len(log.came) if self._place else max(0, len(log.came) - wanted.get("tail", 100))

    def run(self) -> None:
        if self._place:
            missed = self._log.since(self._place)
            rows = [list(self._log.lines[process][index].values()) for process, index in missed]
            position = words(self._log.place_after(self._at))
            if rows:
                self._say("lines", {"position": position, "skipped": 0, "rows": json.dumps(rows)})
        while self.is_open:
            with self._log.changed:
                self._log.changed.wait_for(lambda: self._at < len(self._log.came) or not self.is_open, timeout=0.2)
            last = min(len(self._log.came), self._at + BATCH)
            if last > self._at:
                self._say("lines", self._log.batch(self._at, last))
                self._at = last
            time.sleep(PAUSE_SECONDS)
