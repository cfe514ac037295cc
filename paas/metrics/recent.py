"""What every app used of late, for the small lines in lists: read for all of them at once, and kept for a while."""

import time
from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.metrics.packing import PLACES, entries
from paas.metrics.rollup import HOUR, MINUTE, interval
from paas.storage.database import Database
from paas.storage.metric_tables import MetricPointRow, MetricSubjectRow

KEPT_SECONDS = 30.0
"""As often as history is written."""

Values = list[float | None]


class Recent:
    """CPU in % of one core over the last hour, a figure a minute, None where nothing is known."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._read_at = float("-inf")
        self._found: Mapping[int, Values] = {}

    def cpu_of_apps(self) -> Mapping[int, Values]:
        """By the id of the app; those of which nothing is known are left out."""
        now = self._clock()
        if not 0 <= now - self._read_at < KEPT_SECONDS:
            with self._database.session() as session:
                self._found = _read(session, now)
            self._read_at = now
        return self._found


def _read(session: Session, now: float) -> Mapping[int, Values]:
    count = HOUR // MINUTE
    first = interval(now, MINUTE) - HOUR + MINUTE
    query = (
        select(MetricSubjectRow.subject, MetricPointRow.at, MetricPointRow.packed)
        .join(MetricPointRow, MetricPointRow.subject_id == MetricSubjectRow.id)
        .where(
            MetricSubjectRow.subject.like("app/%"),
            MetricSubjectRow.subject.not_like("app/%/%"),
            MetricPointRow.step == MINUTE,
            MetricPointRow.at >= first,
            MetricPointRow.at <= now,
        )
    )
    found: dict[int, Values] = {}
    for subject, at, packed in session.execute(query):
        values = found.setdefault(int(subject.removeprefix("app/")), [None] * count)
        values[(at - first) // MINUTE] = _mean(packed, "cpu")
    return found


def _mean(packed: bytes, metric: str) -> float | None:
    return next((mean for place, _, _, mean, _ in entries(packed) if place == PLACES[metric]), None)
