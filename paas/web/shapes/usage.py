"""What uses how much, as rows of a table: the processes of an app, or the apps and other containers of the machine.

Pure; made of what ``GET .../stats`` answers of each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paas.web.shapes.charts import words

SORTS = {"cpu": "cpu_percent", "memory": "memory_usage", "name": "name"}
DEFAULT_SORT = "cpu"
COLUMNS = (
    ("cpu_percent", "percent", "CPU"),
    ("memory_usage", "bytes", "Memory"),
    ("pids", "count", "Threads"),
    ("restarts", "count", "Restarts"),
)


@dataclass(frozen=True)
class Cell:
    """``fact`` is its name in the answer; ``unit`` how a script writes it."""

    fact: str
    unit: str
    words: str


@dataclass(frozen=True)
class UseRow:
    """``key`` is how a script knows it; ``note`` is what else there is to say, such as its health."""

    key: str
    name: str
    url: str
    cells: tuple[Cell, ...]
    note: str = ""
    app_id: int | None = None
    figures: Mapping[str, Any] | None = None


def row(
    figures: Mapping[str, Any], *, key: str, name: str, url: str = "", note: str = "", app_id: int | None = None
) -> UseRow:
    cells = tuple(Cell(fact, unit, words(figures.get(fact), unit)) for fact, unit, _ in COLUMNS)
    return UseRow(key, name, url, cells, note, app_id, figures)


def of_processes(stats: Mapping[str, Any] | None) -> list[UseRow]:
    """``web.1``, or by its container's name what is of no process."""
    parts = stats["processes"] if stats else []
    named = [(each["process"] or each["container"], each) for each in parts]
    return [row(each, key=name, name=name, note=each.get("health") or "") for name, each in named]


def ordered(rows: Iterable[UseRow], by: str) -> list[UseRow]:
    """The largest first, or by name."""
    if by == "name":
        return sorted(rows, key=lambda each: each.name)
    return sorted(rows, key=lambda each: (-(each.figures or {}).get(SORTS[by], 0), each.name))
