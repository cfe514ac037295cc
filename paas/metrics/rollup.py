"""The arithmetic of roll-ups: many numbers as one summary, summaries as one of a longer time. Pure.

Each summary carries its weight, the seconds that it stands for. So a roll-up of roll-ups is the roll-up of the samples,
and a minute in which somebody looked, with a sample a second, counts no more than one with a sample every ten.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Summary(NamedTuple):
    """Of one metric over some time."""

    weight: float
    min: float
    mean: float
    max: float


Point = Mapping[str, Summary]
"""Metric -> its summary, of one subject in one interval; a metric of which nothing is known is left out."""


class Tier(NamedTuple):
    """How finely history is kept, and for how long. Every step is a multiple of the one before it."""

    step: int
    keep: int


MINUTE, HOUR, DAY = 60, 3600, 86400

TIERS = (Tier(10, 2 * HOUR), Tier(MINUTE, DAY), Tier(10 * MINUTE, 7 * DAY), Tier(HOUR, 30 * DAY))


def of_sample(value: float, seconds: float) -> Summary:
    return Summary(seconds, value, value, value)


def joined(one: Summary, other: Summary) -> Summary:
    """Of both times together."""
    weight = one.weight + other.weight
    low, high = min(one.min, other.min), max(one.max, other.max)
    mean = (one.mean * one.weight + other.mean * other.weight) / weight
    return Summary(weight, low, min(max(mean, low), high), high)  # rounding must not lead out of the two


def merged(one: Point, other: Point) -> dict[str, Summary]:
    """Each metric of both together."""
    found = dict(one)
    for metric, summary in other.items():
        found[metric] = joined(found[metric], summary) if metric in found else summary
    return found


def interval(at: float, step: int) -> int:
    """When the interval began in which this moment lies; intervals begin at multiples of their step since 1970."""
    return int(at // step) * step


def roll_up(points: Iterable[tuple[float, Point]], step: int) -> dict[int, dict[str, Summary]]:
    """Points with their times as one for each interval of this step. An interval without any is left out: it is a gap,
    not zero."""
    found: dict[int, dict[str, Summary]] = {}
    for at, point in points:
        began = interval(at, step)
        found[began] = merged(found.get(began, {}), point)
    return found
