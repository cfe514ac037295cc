"""The summaries of one subject in one interval, as they stand in the database. Pure.

Seventeen bytes for each metric: its place in ``METRICS`` and the four numbers of its summary as floats of 32 bits,
which are exact to seven digits. A row of columns would take twice the room.
"""

import struct
from collections.abc import Iterator

from paas.metrics.rollup import Point, Summary

METRICS = (
    "cpu",
    "memory",
    "network_received",
    "network_sent",
    "memory_percent",
    "block_read",
    "block_written",
    "pids",
    "load",
    "swap",
    "disk",
    "disk_percent",
)
"""What is kept. A new one goes to the end: rows that were written name metrics by their place here."""

_OF_ALL = ("cpu", "memory", "memory_percent", "network_received", "network_sent")
OF_MACHINE = (*_OF_ALL, "load", "swap", "disk", "disk_percent")
OF_CONTAINERS = (*_OF_ALL, "block_read", "block_written", "pids")
"""What is known of an app, its processes and every other container."""

_ENTRY = struct.Struct("<B4f")
PLACES = {metric: place for place, metric in enumerate(METRICS)}


def pack(point: Point) -> bytes:
    return b"".join(_ENTRY.pack(PLACES[metric], *summary) for metric, summary in point.items())


def entries(packed: bytes) -> Iterator[tuple[int, float, float, float, float]]:
    """The same without names: the place of each metric, then its summary."""
    return _ENTRY.iter_unpack(packed)


def unpack(packed: bytes) -> dict[str, Summary]:
    """Metrics that a newer version has written are left out."""
    return {
        METRICS[place]: Summary(weight, low, mean, high)
        for place, weight, low, mean, high in entries(packed)
        if place < len(METRICS)
    }
