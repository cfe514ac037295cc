"""What was seen and is not in the database yet. Pure."""

from collections.abc import Iterator, Mapping

from paas.metrics.rollup import HOUR, TIERS, Point, Summary, interval, merged

STEP = TIERS[0].step

Seen = Mapping[str, Mapping[int, Point]]
"""Subject -> when an interval of the finest tier began -> what was seen in it."""


class Gathered:
    """Points of the finest tier, at most ``most_intervals`` of each subject: then the oldest make room."""

    def __init__(self, most_intervals: int) -> None:
        self._most = most_intervals
        self._points: dict[int, dict[str, dict[str, Summary]]] = {}

    def add(self, at: int, subject: str, point: Point) -> None:
        its = self._points.setdefault(at, {})
        its[subject] = merged(its.get(subject, {}), point)
        if len(self._points) > self._most:
            del self._points[min(self._points)]

    def add_all(self, seen: Seen) -> None:
        for subject, its in seen.items():
            for at, point in its.items():
                self.add(at, subject, point)

    def remove(self, seen: Seen) -> None:
        for subject, its in seen.items():
            for at in its:
                self._points.get(at, {}).pop(subject, None)

    def of(self, subject: str) -> Iterator[tuple[int, Point]]:
        return ((at, its[subject]) for at, its in self._points.items() if subject in its)

    def batches(self, most_subjects: int) -> Iterator[Seen]:
        """All of it, in parts of few subjects and of times that lie near to each other, whatever the clock did."""
        for hour in sorted({interval(at, HOUR) for at in self._points}):
            found = self._within(hour)
            subjects = sorted(found)
            for begin in range(0, len(subjects), most_subjects):
                yield {subject: found[subject] for subject in subjects[begin : begin + most_subjects]}

    def _within(self, hour: int) -> dict[str, dict[int, Point]]:
        found: dict[str, dict[int, Point]] = {}
        for at, its in self._points.items():
            if interval(at, HOUR) == hour:
                for subject, point in its.items():
                    found.setdefault(subject, {})[at] = point
        return found
