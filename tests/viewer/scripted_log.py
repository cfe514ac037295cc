"""The scripted server's log: a list of lines, numbered from 1, and what its two doors ask of it.

Positions are opaque on purpose: what the socket gives and what REST gives for one line differ, and both are accepted.
"""

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


class Log:
    """The lines, and the positions that the two doors give them."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str, str]] = []
        self.changed = threading.Condition()

    def add(self, texts: list[Any]) -> None:
        with self.changed:
            for text in texts:
                stream, process, words = text if isinstance(text, list) else ["stdout", "web.1", text]
                moment = START + timedelta(milliseconds=7 * len(self.lines))
                stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"
                self.lines.append((stamp, process, stream, words.replace("%N", str(len(self.lines) + 1))))
            self.changed.notify_all()

    def row(self, index: int, door: str) -> list[str]:
        return [f"{door}{index + 1}/+=", *self.lines[index]]


def index_after(position: str) -> int:
    """The index of the first line after a position of either door."""
    match = re.fullmatch(r"[LR](\d+)/\+=", position)
    if match is None:
        raise ValueError(position)
    return int(match[1])


def keeper(wanted: dict[str, Any]) -> Any:
    """The filter that a watch or a REST call asks for; ValueError when the pattern is not valid."""
    contains, stream, process = wanted.get("contains"), wanted.get("stream"), wanted.get("process")
    try:
        pattern = re.compile(wanted["regex"]) if wanted.get("regex") else None
    except re.error as error:
        raise ValueError(f"The pattern is not valid: {error}") from error

    def keep(row: list[str]) -> bool:
        if (stream and row[3] != stream) or (process and row[2] != process):
            return False
        return (contains is None or contains in row[4]) and (pattern is None or bool(pattern.search(row[4])))

    return keep


def select(log: Log, wanted: dict[str, str], keep: Any) -> tuple[list[list[str]], bool]:
    limit = min(int(wanted.get("limit", 500)), 5000)
    end = len(log.lines)
    if "before" in wanted:
        rows = kept(log, range(index_after(wanted["before"]) - 2, -1, -1), keep, limit + 1)
        return rows[:limit][::-1], len(rows) > limit
    if "after" in wanted:
        start = index_after(wanted["after"]) if wanted["after"] else 0
        rows = kept(log, range(start, end), keep, limit + 1)
        return rows[:limit], len(rows) > limit
    if "since" in wanted:
        since = datetime.fromtimestamp(float(wanted["since"]), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
        return kept(log, [index for index in range(end) if log.lines[index][0] >= since], keep, end), False
    tail = wanted.get("tail", "all")
    if tail == "all":
        return kept(log, range(end), keep, end), False
    return kept(log, range(end - 1, -1, -1), keep, int(tail))[::-1], False


def kept(log: Log, indexes: Any, keep: Any, limit: int) -> list[list[str]]:
    found: list[list[str]] = []
    for index in indexes:
        row = log.row(index, "R")
        if keep(row):
            found.append(row)
            if len(found) == limit:
                break
    return found


def stream_json(rows: list[list[str]], names: tuple[str, ...], more: bool) -> Any:
    yield '{"lines": ['
    for start in range(0, len(rows), 100):
        part = ", ".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows[start : start + 100])
        yield (", " if start else "") + part
    yield f'], "more": {json.dumps(more)}}}'
