"""When a disk will be full, by how it has filled. Pure.

The slope is Theil and Sen's: the median of the slopes between every two points. Up to 29 points of 100 may be anything
(a build that came and went, a log that was rotated) without moving it. A median alone would see a trend in noise, so
it counts only where the points agree on a direction: where Kendall's tau, the share of pairs that rise less the share
of pairs that fall, is ``AGREEMENT`` or more. https://en.wikipedia.org/wiki/Theil%E2%80%93Sen_estimator
"""

from collections import deque
from collections.abc import Sequence
from itertools import combinations
from statistics import median

APART_SECONDS = 120.0
"""Between two points: 60 of them are two hours, and 1,770 slopes take about a millisecond."""

MOST_POINTS, FEWEST_POINTS = 60, 10
SHORTEST_SECONDS = 1_800.0
AGREEMENT = 0.5


class Filling:
    """The newest points of one disk."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, float]] = deque(maxlen=MOST_POINTS)
        self._total = 0.0
        self._seconds: float | None = None

    def take(self, at: float, used: float, total: float) -> None:
        """One reading, in bytes; most of them are passed over. A disk of another size is another disk."""
        if total != self._total or (self._points and at < self._points[-1][0]):
            self._points.clear()
            self._total, self._seconds = total, None
        if not self._points or at - self._points[-1][0] >= APART_SECONDS:
            self._points.append((at, used))
            self._seconds = seconds_until_full(self._points, total)

    @property
    def is_known(self) -> bool:
        """Whether there is enough to tell."""
        return is_enough(self._points)

    @property
    def seconds(self) -> float | None:
        """Until it is full at this pace; None where it does not fill."""
        return self._seconds


def is_enough(points: Sequence[tuple[float, float]]) -> bool:
    return len(points) >= FEWEST_POINTS and points[-1][0] - points[0][0] >= SHORTEST_SECONDS


def seconds_until_full(points: Sequence[tuple[float, float]], total: float) -> float | None:
    """From the last of the points (seconds, bytes), in the order of their times."""
    if not is_enough(points):
        return None
    slopes = [(used - before) / (at - began) for (began, before), (at, used) in combinations(points, 2) if at > began]
    rising, falling = sum(slope > 0 for slope in slopes), sum(slope < 0 for slope in slopes)
    slope = median(slopes)
    if slope <= 0 or (rising - falling) / len(slopes) < AGREEMENT:
        return None
    newest = list(points)[-3:]
    now = median(used + slope * (newest[-1][0] - at) for at, used in newest)
    return max(total - now, 0.0) / slope
