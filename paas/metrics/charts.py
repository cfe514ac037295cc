"""What a chart of some time shows: from which tier, in which steps, and its lists. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from paas.metrics.packing import PLACES, entries
from paas.metrics.rollup import TIERS, Tier, interval

Numbers = list[float | None]


class Band(NamedTuple):
    """One metric; each list is as long as the chart's times, with None where nothing is known."""

    min: Numbers
    mean: Numbers
    max: Numbers


class Chart(NamedTuple):
    """``times`` are when its intervals begin, ``step_seconds`` apart."""

    start: float
    end: float
    step_seconds: int
    times: list[int]
    series: Mapping[str, Band]


class Grid(NamedTuple):
    """``size`` intervals of ``step`` seconds from ``first`` on, to be made of the points of a tier."""

    tier: Tier
    step: int
    first: int
    size: int

    @property
    def end(self) -> int:
        return self.first + self.size * self.step

    def times(self) -> list[int]:
        return list(range(self.first, self.end, self.step))


def grid(start: float, end: float, *, now: float, most: int) -> Grid:
    """Of the finest tier that reaches back to ``start``, with neighbours put together until they are ``most`` at the
    most."""
    reaching = (tier for tier in TIERS if start >= now - tier.keep - tier.step)
    tier = next(reaching, TIERS[-1])
    step = tier.step
    while (count := _count(start, end, step)) > most:
        step = max(math.ceil(step / tier.step * count / (most + 1)) * tier.step, step + tier.step)
    return Grid(tier, step, interval(start, step), count)


def chart(asked: Grid, points: Iterable[tuple[float, bytes]], metrics: Sequence[str], *, end: float) -> Chart:
    """Of packed points in whatever order. Several of one interval are put together."""
    found = {PLACES[metric]: _Column.of(asked.size) for metric in metrics}
    for at, packed in points:
        index = int((at - asked.first) // asked.step)
        if 0 <= index < asked.size:
            for place, weight, low, mean, high in entries(packed):
                if place in found:
                    weights, sums, lows, highs = found[place]
                    weights[index] += weight
                    sums[index] += weight * mean
                    lows[index] = low if low < lows[index] else lows[index]  # noqa: FURB136 - calls take half the time
                    highs[index] = high if high > highs[index] else highs[index]  # noqa: FURB136
    bands = {metric: _band(found[PLACES[metric]]) for metric in metrics}
    return Chart(asked.first, end, asked.step, asked.times(), bands)


class _Column(NamedTuple):
    """The summaries of one metric, as lists: a chart puts ten thousand of them together."""

    weights: list[float]
    sums: list[float]
    lows: list[float]
    highs: list[float]

    @classmethod
    def of(cls, size: int) -> "_Column":
        return cls([0.0] * size, [0.0] * size, [math.inf] * size, [-math.inf] * size)


def _band(column: _Column) -> Band:
    """As with ``joined``, rounding leads no mean out of its interval."""
    known = list(zip(*column, strict=True))
    return Band(
        [low if weight else None for weight, _, low, _ in known],
        [min(max(total / weight, low), high) if weight else None for weight, total, low, high in known],
        [high if weight else None for weight, _, _, high in known],
    )


def _count(start: float, end: float, step: int) -> int:
    return max(math.ceil((end - interval(start, step)) / step), 1)
