"""Figures as gauges: a ring of 270° with a large value, its limit and the word for how near the two are. Pure.

static/js/monitoring/gauges.js moves them while the page is open and says the same words: change both together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import pi
from typing import Any

from paas.web.shapes.charts import NOTHING
from paas.web.shapes.containers import binary_size, percent

RADIUS = 42
"""In the units of the drawing, which is 100 wide."""
AROUND = round(2 * pi * RADIUS, 2)
ARC = round(AROUND * 0.75, 2)
HIGH, VERY_HIGH = 70, 90
"""Per cent of the limit."""
NO_LIMIT = "none"
NOT_RUNNING = "not running"


@dataclass(frozen=True)
class Gauge:
    """``share`` is the value in per cent of its limit, None where there is none, of which ``limit`` may say why;
    ``offset`` hides the rest of the ring; ``told`` is all of it in one sentence."""

    name: str
    label: str
    value: str
    limit: str
    share: float | None

    @property
    def word(self) -> str:
        if self.share is None:
            return self.limit or "unknown"
        return "normal" if self.share < HIGH else "high" if self.share <= VERY_HIGH else "very high"

    @property
    def level(self) -> str:
        return "unknown" if self.share is None else self.word.replace(" ", "-")

    @property
    def now(self) -> str:
        """As ``aria-valuenow`` wants it."""
        return f"{min(self.share or 0, 100):.1f}"

    @property
    def offset(self) -> str:
        return f"{ARC * (1 - min(self.share or 0, 100) / 100):.2f}"

    @property
    def told(self) -> str:
        return (
            self.word.replace("unknown", "not known")
            if self.share is None
            else f"{self.value} {self.limit}, {self.word}"
        )


def of_app(stats: Mapping[str, Any] | None) -> tuple[Gauge, ...]:
    """CPU and memory from what ``GET /api/v1/apps/<id>/stats`` answers; None: there is no sample yet."""
    if stats is None:
        return Gauge("cpu", "CPU", NOTHING, "", None), Gauge("memory", "Memory", NOTHING, "", None)
    if not stats["processes"]:
        why = "" if stats["stale"] else NOT_RUNNING  # while the engine is away nobody knows
        return Gauge("cpu", "CPU", NOTHING, why, None), Gauge("memory", "Memory", NOTHING, why, None)
    cores = stats["cores"]
    of_cores = f"of {cores * 100} %, {cores_words(cores)}" if cores else ""
    cpu = Gauge("cpu", "CPU", percent(stats["cpu_percent"]), of_cores, part(stats["cpu_percent"], cores * 100))
    return cpu, _of_bytes("memory", "Memory", stats["memory_usage"], stats["memory_limit"])


def of_machine(metrics: Mapping[str, Any] | None) -> tuple[Gauge, ...]:
    """CPU, memory, disk and swap from what ``GET /api/v1/metrics`` answers."""
    if metrics is None:
        names = {"cpu": "CPU", "memory": "Memory", "disk": "Disk", "swap": "Swap"}
        return tuple(Gauge(name, label, NOTHING, "", None) for name, label in names.items())
    cpu = metrics["cpu"]
    return (
        Gauge("cpu", "CPU", percent(cpu["usage"]), f"of {cores_words(cpu['cores'])}", cpu["usage"]),
        *(
            _of_bytes(name, label, metrics[name]["used"], metrics[name]["total"])
            for name, label in (("memory", "Memory"), ("disk", "Disk"), ("swap", "Swap"))
        ),
    )


def cores_words(cores: int) -> str:
    return "1 core" if cores == 1 else f"{cores} cores"


def part(value: float, limit: float) -> float | None:
    """``value`` in per cent of ``limit``; None where there is no limit."""
    return 100 * value / limit if limit else None


def _of_bytes(name: str, label: str, used: float, limit: float) -> Gauge:
    """Without a limit, as of swap on a machine that has none, there is nothing to show a share of."""
    if not limit:
        return Gauge(name, label, NOTHING, NO_LIMIT, None)
    return Gauge(name, label, binary_size(used), f"of {binary_size(limit)}", part(used, limit))
