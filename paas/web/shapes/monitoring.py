"""The pages of monitoring, ready to be drawn: what an app or the machine uses now, and the charts below it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paas.web.shapes import gauges
from paas.web.shapes.charts import DEFAULT_RANGE, RANGES, ChartKind, Row, duration, words
from paas.web.shapes.gauges import Gauge
from paas.web.shapes.usage import COLUMNS, UseRow
from paas.web.times import ago, iso

NO_SAMPLE = "No figures yet: the first sample comes within 10 s."
ENGINE_AWAY = "The engine does not answer. What stands here is the last that it said."
MACHINE_ENGINE_AWAY = "The engine does not answer: what stands here of containers is the last that it said."
NOT_KNOWN = "What runs is not known while the engine does not answer."
SIGNS = {
    "deployment": "\N{BLACK UP-POINTING TRIANGLE}",
    "restart": "\N{CLOCKWISE OPEN CIRCLE ARROW}",
    "exit": "\N{MULTIPLICATION X}",
    "out_of_memory": "\N{BLACK SQUARE}",
    "alert": "\N{BLACK DIAMOND}",
}
"""Of what happened, in static/js/monitoring/marks.js too."""

Fact = tuple[str, str, str]
"""Its words, its place in the answer, its unit."""

APP_FACTS: tuple[Fact, ...] = (
    ("Network in", "rates.network_received", "rate"),
    ("Network out", "rates.network_sent", "rate"),
    ("Read from disk", "rates.block_read", "rate"),
    ("Written to disk", "rates.block_written", "rate"),
    ("Processes and threads", "pids", "count"),
    ("Restarts", "restarts", "count"),
)
MACHINE_FACTS: tuple[Fact, ...] = (
    ("Load, 1 min", "load.0", "plain"),
    ("Load, 5 min", "load.1", "plain"),
    ("Load, 15 min", "load.2", "plain"),
    ("Up for", "uptime_seconds", "duration"),
    ("Network in", "network.received", "rate"),
    ("Network out", "network.sent", "rate"),
    ("Containers running", "docker.containers_running", "count"),
    ("Containers", "docker.containers_total", "count"),
    ("Images", "docker.images", "count"),
    ("Disk use of the engine", "docker.disk_used", "bytes"),
    ("Engine's disk in use", "engine_disk.percent", "percent"),
)


@dataclass(frozen=True)
class Mark:
    kind: str
    sign: str
    at_iso: str
    at_words: str
    text: str
    href: str


@dataclass(frozen=True)
class View:
    """Which stretch of time is asked for; ``start`` and ``end`` only where the reader has zoomed in."""

    range: str
    process: str = ""
    start: float | None = None
    end: float | None = None

    def span(self, now: float) -> tuple[float, float]:
        if self.start is not None and self.end is not None:
            return self.start, self.end
        return now - RANGES[self.range][1], now


@dataclass(frozen=True)
class ChartsPage:
    """``ranges`` and ``processes`` are (name, words, address)."""

    range: str
    process: str
    ranges: tuple[tuple[str, str, str], ...]
    processes: tuple[tuple[str, str, str], ...]
    kinds: tuple[tuple[ChartKind, list[Row]], ...]
    marks: tuple[Mark, ...]
    hint: str


@dataclass(frozen=True)
class MonitoringPage:
    """``attributes`` are what the script is told; ``log`` is where a click on a moment leads, empty for the machine."""

    attributes: Mapping[str, str]
    gauges: tuple[Gauge, ...]
    facts: tuple[tuple[str, str, str, str], ...]
    rows: Sequence[UseRow]
    nothing_runs: str
    charts: ChartsPage
    engine: str
    is_stale: bool
    age_words: str
    log: str = ""
    about: str = ""
    cores: Sequence[float] = ()
    sort: str = ""
    sorts: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[tuple[str, str, str], ...] = COLUMNS


def mark(kind: str, text: str, href: str, at: float, now: float) -> Mark:
    return Mark(kind, SIGNS.get(kind, "\N{BULLET}"), iso(at), ago(at, now), text, href)


def view(asked: Mapping[str, str]) -> View:
    """What the address asks for; what it misspells counts as not said."""
    name = asked.get("range", "")
    start, end = _moment(asked.get("from", "")), _moment(asked.get("to", ""))
    span = (start, end) if start is not None and end is not None and start < end else (None, None)
    return View(name if name in RANGES else DEFAULT_RANGE, asked.get("process", ""), *span)


def facts(asked: Sequence[Fact], answer: Mapping[str, Any] | None) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((said, place, unit, words(_at(answer, place), unit)) for said, place, unit in asked)


def nothing_runs(answer: Mapping[str, Any] | None, sentence: str) -> str:
    """What stands in a table without rows."""
    if answer is None:
        return NO_SAMPLE
    return NOT_KNOWN if answer["stale"] else sentence


def age_words(seconds: float) -> str:
    return f"These figures are {duration(seconds)} old."


def about(metrics: Mapping[str, Any] | None) -> str:
    """The machine in a few words."""
    if metrics is None:
        return NO_SAMPLE
    cores, memory = metrics["cpu"]["cores"], metrics["memory"]["total"]
    return (
        f"{gauges.cores_words(cores)}, {words(memory, 'bytes')} of memory, up for {duration(metrics['uptime_seconds'])}"
    )


def _moment(text: str) -> float | None:
    try:
        moment = float(text)
    except ValueError:
        return None
    return moment if 0 < moment < 1e11 else None


def _at(answer: Any, place: str) -> Any:  # noqa: ANN401 - whatever JSON holds there
    for name in place.split("."):
        if answer is None:
            return None
        answer = answer[int(name)] if isinstance(answer, list) else answer.get(name)
    return answer
