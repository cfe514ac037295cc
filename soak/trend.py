"""Whether a series of readings stays flat, told from its own noise. Pure.

Readings are put together to blocks of ten seconds, each of which counts by its median. The slope is the median of the
slopes between all pairs of blocks (Theil and Sen's: a spike does not move it), the noise how far blocks lie from that
line (median). It is flat when what the line rises from first to last is within three times the noise, or under a
twentieth of the level: caches that fill, and an allocator that keeps what it was given, stay below that.
"""

from collections.abc import Sequence
from itertools import combinations
from statistics import median
from typing import NamedTuple

BLOCK_SECONDS = 10.0
LEAST_BLOCKS = 6
TIMES_NOISE, SHARE = 3.0, 0.05


class Trend(NamedTuple):
    """In the unit of the readings; ``rise`` is from the first to the last of them."""

    level: float
    rise: float
    noise: float
    seconds: float

    @property
    def is_flat(self) -> bool:
        return self.rise <= max(TIMES_NOISE * self.noise, SHARE * self.level)


def trend(readings: Sequence[tuple[float, float]]) -> Trend | None:
    """Of (seconds, value) in order; None when they are too few to tell."""
    blocks: dict[int, list[float]] = {}
    for at, value in readings:
        blocks.setdefault(int(at / BLOCK_SECONDS), []).append(value)
    points = [(number * BLOCK_SECONDS, median(values)) for number, values in blocks.items()]
    if len(points) < LEAST_BLOCKS:
        return None
    slope = median((b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2))
    level = median(value - slope * at for at, value in points)
    noise = median(abs(value - level - slope * at) for at, value in points)
    seconds = points[-1][0] - points[0][0]
    return Trend(median(value for _, value in points), slope * seconds, noise, seconds)
