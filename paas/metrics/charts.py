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
    found = {PLACES[metric]: _Column(asked.size) for metric in metrics}
    for at, packed in points:
        index = int((at - asked.first) // asked.step)
        if 0 <= index < asked.size:
            for place, *numbers in entries(packed):
                if place in found:
                    found[place].add(index, *numbers)
    bands = {metric: found[PLACES[metric]].band() for metric in metrics}
    return Chart(asked.first, end, asked.step, asked.times(), bands)


class _Column:
    """The summaries of one metric, as lists: a chart puts ten thousand of them together."""

    def __init__(self, size: int) -> None:
        self._weights, self._sums = [0.0] * size, [0.0] * size
        self._lows, self._highs = [math.inf] * size, [-math.inf] * size

    def add(self, index: int, weight: float, low: float, mean: float, high: float) -> None:
        self._weights[index] += weight
        self._sums[index] += weight * mean
        self._lows[index] = min(self._lows[index], low)
        self._highs[index] = max(self._highs[index], high)

    def band(self) -> Band:
        """As with ``joined``, rounding leads no mean out of its interval."""
        known = list(zip(self._lows, self._sums, self._weights, self._highs, strict=True))
        return Band(
            [low if weight else None for low, _, weight, _ in known],
            [min(max(total / weight, low), high) if weight else None for low, total, weight, high in known],
            [high if weight else None for _, _, weight, high in known],
        )


def _count(start: float, end: float, step: int) -> int:
    return max(math.ceil((end - interval(start, step)) / step), 1)
