"""What is said over a raw WebSocket, as frames ready to be sent to any number of clients. Pure but for the packing.

An envelope is ``{"type", "timestamp", "data"}``. A line's timestamp is its own time. Lines that a client was not given
are told in ``skipped`` of the next message that bears one.
"""

from collections.abc import Iterable, Mapping
from time import time
from typing import Any

import orjson

from paas.broadcast import Batch
from paas.concurrency.websocket import text_frames
from paas.logs.app.place import parse_place
from paas.web.times import stamp

END = "Log stream ended"


def envelope(kind: str, data: Mapping[str, Any]) -> bytes:
    """A message of now, in its frame."""
    return text_frames([_text(kind, stamp(time()), data)])


def error(message: str) -> bytes:
    return envelope("error", {"message": message})


def end(skipped: int = 0) -> bytes:
    return envelope("end", {"message": END} | ({"skipped": skipped} if skipped else {}))


def lines(batch: Batch, skipped: int = 0, *, with_process: bool) -> bytes:
    """A ``log`` for each line; ``skipped`` is how many were left out before the first."""
    return text_frames(_logs(batch, skipped, with_process=with_process))


def bare_lines(batch: Batch, skipped: int = 0) -> bytes:
    """Each line as it is, without an envelope."""
    left_out = [f"[{skipped} lines were skipped here]"] if skipped else []
    return text_frames([*left_out, *(text for _, _, _, _, text in batch.rows)])


def _logs(batch: Batch, skipped: int, *, with_process: bool) -> Iterable[str]:
    for (_, at, process, stream, line), position in zip(batch.rows, positions(batch), strict=True):
        data = {"line": line, "stream": stream, "position": position}
        if with_process:
            data["process"] = process
        yield _text("log", at, data | ({"skipped": skipped} if skipped else {}))
        skipped = 0


def positions(batch: Batch) -> list[str]:
    """Where a client goes on that has taken each of the lines. In the log of an app that is a place in the logs of all
    its containers, which the batch knows of its end: before that it is found by going back line by line."""
    if not batch.end:
        return [row[0] for row in batch.rows]
    place, found = parse_place(batch.end), []
    for row in reversed(batch.rows):
        found.append(str(place))
        place.stop_before(row[0])
    return found[::-1]


def _text(kind: str, timestamp: str, data: Mapping[str, Any]) -> str:
    return orjson.dumps({"type": kind, "timestamp": timestamp, "data": data}).decode()
