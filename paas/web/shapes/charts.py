"""What the charts of an app and of the machine show, their ranges, and the table that stands behind each. Pure.

static/js/monitoring/ draws them from what ``GET .../metrics/history`` answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from paas.web.shapes.containers import binary_size, percent
from paas.web.times import iso

RANGES = {
    "15m": ("15 min", 900),
    "1h": ("1 h", 3600),
    "6h": ("6 h", 6 * 3600),
    "24h": ("24 h", 24 * 3600),
    "7d": ("7 d", 7 * 24 * 3600),
    "30d": ("30 d", 30 * 24 * 3600),
}
DEFAULT_RANGE = "1h"
NOTHING = "\N{EN DASH}"


@dataclass(frozen=True)
class Line:
    """``name`` is the metric."""

    name: str
    label: str


@dataclass(frozen=True)
class ChartKind:
    """One measure. ``unit`` says how its numbers are written: percent, bytes, rate or plain."""

    name: str
    title: str
    note: str
    unit: str
    lines: tuple[Line, ...]

    @property
    def told(self) -> dict[str, Any]:
        """What the script is told of it."""
        return {"name": self.name, "unit": self.unit, "lines": [asdict(line) for line in self.lines]}


NETWORK = ChartKind(
    "network",
    "Network",
    "bytes a second",
    "rate",
    (Line("network_received", "received"), Line("network_sent", "sent")),
)
BLOCK = ChartKind(
    "block", "Block I/O", "bytes a second", "rate", (Line("block_read", "read"), Line("block_written", "written"))
)
OF_APP = (
    ChartKind("cpu", "CPU", "% of one core", "percent", (Line("cpu", "CPU"),)),
    ChartKind("memory", "Memory", "without the page cache", "bytes", (Line("memory", "memory"),)),
    NETWORK,
    BLOCK,
)
OF_MACHINE = (
    ChartKind("cpu", "CPU", "% of the machine", "percent", (Line("cpu", "CPU"),)),
    ChartKind("memory", "Memory", "without the page cache", "bytes", (Line("memory", "memory"),)),
    ChartKind("load", "Load", "processes that run or wait, over a minute", "plain", (Line("load", "load"),)),
    NETWORK,
    ChartKind("disk", "Disk", "of the data folder", "bytes", (Line("disk", "disk"),)),
    ChartKind("swap", "Swap", "", "bytes", (Line("swap", "swap"),)),
)


@dataclass(frozen=True)
class Row:
    """One moment in the table behind a chart: a cell for each line."""

    at_iso: str
    cells: tuple[str, ...]


def metrics(kinds: Sequence[ChartKind]) -> tuple[str, ...]:
    return tuple(line.name for kind in kinds for line in kind.lines)


def rows(kind: ChartKind, times: Sequence[float], means: Mapping[str, Sequence[float | None]]) -> list[Row]:
    """The newest first; moments of which nothing is known are left out."""
    found = []
    for index in range(len(times) - 1, -1, -1):
        values = [means[line.name][index] if line.name in means else None for line in kind.lines]
        if any(value is not None for value in values):
            found.append(Row(iso(times[index]), tuple(words(value, kind.unit) for value in values)))
    return found


def words(value: float | None, unit: str) -> str:
    """A figure as it stands in a table, in static/js/monitoring/words.js too."""
    if value is None:
        return NOTHING
    if unit == "percent":
        return percent(value)
    if unit == "plain":
        return f"{value:.2f}"
    if unit == "count":
        return str(int(value))
    if unit == "duration":
        return duration(value)
    return binary_size(value) + ("/s" if unit == "rate" else "")


def duration(seconds: float) -> str:
    """25 s, 4 min, 2 h, 9 d"""
    for length, unit, least in ((86_400, "d", 172_800), (3_600, "h", 5_400), (60, "min", 90)):
        if seconds >= least:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
