"""The results as a table for people and as JSON for programs."""

import json
import math
import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from bench.registry import Figure

HEADS = ("measure", "unit", "target", "Quayside", "", "seed", "floor", "note")


def row(figure: Figure) -> tuple[str, ...]:
    verdict = {True: "met", False: "MISSED", None: ""}[figure.is_met]
    numbers = (number(figure.value), verdict, number(figure.seed), number(figure.floor))
    return (figure.what, figure.unit, figure.target, *numbers, figure.note)


def number(value: float | None) -> str:
    """Three digits that matter, and no more."""
    if value is None or math.isnan(value):
        return "-"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def plain(figures: Iterable[Figure]) -> str:
    rows = [HEADS, *map(row, figures)]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(HEADS) - 1)]
    lines = []
    for cells in rows:
        aligned = [
            cell.rjust(width) if column in (3, 5, 6) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(cells, widths, strict=False))
        ]
        lines.append("  ".join([*aligned, cells[-1]]).rstrip())
    return "\n".join(lines)


def markdown(figures: Iterable[Figure], machine: dict[str, Any]) -> str:
    """For README."""
    where = "{measured_at} at {commit}: {cores} cores, {memory_gb} GB, Docker Engine {engine}, Chromium {chromium}."
    lines = [
        where.format(**machine),
        "",
        "| measure | target | Quayside | seed | floor |",
        "| --- | --- | --- | --- | --- |",
    ]
    for figure in figures:
        unit = f", {figure.unit}" if figure.unit else ""
        cells = (figure.what + unit, figure.target, number(figure.value), number(figure.seed), number(figure.floor))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write_json(path: Path, figures: Iterable[Figure], *, machine: dict[str, Any]) -> None:
    """A measure that failed has no value: null."""
    rows = [figure.as_json() for figure in figures]
    for one in rows:
        one["value"] = None if math.isnan(one["value"]) else one["value"]
    path.write_text(json.dumps({"machine": machine, "figures": rows}, indent=2, allow_nan=False) + "\n")


def machine(**versions: str) -> dict[str, Any]:
    """What the numbers depend on beside the code."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "load_before": round(psutil.getloadavg()[0], 2),
        "python": platform.python_version(),
        "kernel": platform.release(),
        **versions,
    }
