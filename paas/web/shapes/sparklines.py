"""A small line of figures over time: an SVG path without axes, and the same in one sentence. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from paas.web.shapes.containers import percent

WIDTH, HEIGHT = 100, 24
NEWEST = 3
"""How many of the last figures count as of late."""
LOWEST_TOP = 10.0
"""Per cent: below it the line of an idle app would look like that of a busy one."""


@dataclass(frozen=True)
class Sparkline:
    """``path`` is what an SVG path draws, ``told`` its text alternative, ``last`` the newest figure in words, empty
    when there is none of late."""

    path: str
    told: str
    last: str


def sparkline(values: Sequence[float | None], *, over: str) -> Sparkline | None:
    """CPU in per cent, at even steps; a gap interrupts the line. None where there is no figure at all."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    top = max(*known, LOWEST_TOP)
    step = WIDTH / max(len(values) - 1, 1)
    points = [None if value is None else (index * step, _height(value, top)) for index, value in enumerate(values)]
    runs = [list(run) for is_gap, run in groupby(points, key=lambda point: point is None) if not is_gap]
    mean = sum(known) / len(known)
    return Sparkline(
        path="".join(_run([point for point in run if point]) for run in runs),
        told=f"CPU over {over}: {percent(mean)} of one core on average, {percent(max(known))} at most",
        last=next((percent(value) for value in values[: -NEWEST - 1 : -1] if value is not None), ""),
    )


def _height(value: float, top: float) -> float:
    """Counted from above; the line stays a unit away from either edge."""
    return HEIGHT - 1 - (HEIGHT - 2) * value / top


def _run(points: Sequence[tuple[float, float]]) -> str:
    """One figure alone is a short stroke, for a path of one point draws nothing."""
    (x, y), *others = points
    rest = " ".join(f"L{x:.1f} {y:.1f}" for x, y in others)
    return f"M{x:.1f} {y:.1f}{rest or 'h1'}"
