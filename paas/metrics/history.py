"""What was measured, over time: samples are gathered here, written in batches, and read as charts."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

from sqlalchemy.orm import Session

from paas.concurrency import run_blocking
from paas.errors import Problem
from paas.metrics import points
from paas.metrics.charts import Chart, chart, grid
from paas.metrics.gathered import STEP, Gathered, Seen
from paas.metrics.packing import METRICS, pack
from paas.metrics.rollup import TIERS, interval, of_sample
from paas.storage.database import Database

log = logging.getLogger(__name__)

FLUSH_SECONDS = 30.0
"""What a dashboard that is killed can lose; one that is told to stop loses nothing."""

SWEEP_SECONDS = 600.0
STOP_SECONDS = 5.0
SUBJECTS_AT_ONCE = 20
MOST_INTERVALS = 90
"""A quarter of an hour is held in memory while the database is away."""

LONGEST_PAUSE_SECONDS = 2.0 * STEP
"""A sample stands for the time since the one before it; after a longer silence nothing is known of that time."""

UNKNOWN_SECONDS = 1.0
"""What the first sample stands for, and the first one after the clock was set."""


class Sample(Protocol):
    """What the sampler hands over."""

    @property
    def at(self) -> float: ...

    def figures(self) -> Mapping[str, Mapping[str, float]]: ...


class History:
    """``take`` is a listener of the sampler, called in one thread."""

    def __init__(self, database: Database, *, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        self._waiting = Gathered(MOST_INTERVALS)
        self._under_way = Gathered(MOST_INTERVALS)
        """What is being written at this moment."""
        self._last_at = -math.inf
        self._last_subjects: frozenset[str] = frozenset()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="history", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End, and write what is not written yet."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)
        self._try(self.flush)

    def take(self, sample: Sample) -> None:
        """Enter a sample. It waits for nothing."""
        figures = sample.figures()
        seconds = sample.at - self._last_at
        if not 0 < seconds <= LONGEST_PAUSE_SECONDS:
            seconds = UNKNOWN_SECONDS
        began, before = interval(sample.at, STEP), interval(sample.at - seconds, STEP)
        for subject, numbers in figures.items():
            point = {
                metric: of_sample(number, min(seconds, STEP))
                for metric, number in numbers.items()
                if metric in METRICS and math.isfinite(number)
            }
            # Where samples come every ten seconds and one is late, an interval that none fell into is no gap.
            first = before + STEP if subject in self._last_subjects else began
            for at in (*range(first, began, STEP), began):
                self._waiting.add(at, subject[:255], point)
        self._last_at, self._last_subjects = sample.at, frozenset(figures)

    def series(
        self, session: Session, subject: str, metrics: Sequence[str], *, start: float, end: float, most: int = 500
    ) -> Chart:
        """What is known of a subject, up to the last sample, in at most so many points."""
        asked = grid(start, end, now=self._clock(), most=most)
        found = list(self._points(session, subject, asked.tier.step, asked.first, asked.end))
        return run_blocking(chart, asked, found, metrics, end=end)  # of a day it takes ten milliseconds

    def flush(self) -> None:
        """Write what was gathered. What cannot be written is kept for the next time."""
        writing, self._waiting = self._waiting, Gathered(MOST_INTERVALS)
        self._under_way = writing
        try:
            for seen in list(writing.batches(SUBJECTS_AT_ONCE)):
                if self._is_written(seen):
                    writing.remove(seen)
        finally:
            self._under_way = Gathered(MOST_INTERVALS)
            for seen in writing.batches(SUBJECTS_AT_ONCE):
                self._waiting.add_all(seen)

    def sweep(self) -> None:
        """Delete what is too old, and what belongs to apps that were deleted, in many small transactions."""
        with self._database.session() as session:
            subjects = points.subjects(session)
        for subject_id, is_gone in subjects:
            for tier in TIERS:
                expire = partial(points.expire, subject_id=subject_id, tier=tier, now=self._clock(), is_gone=is_gone)
                self._database.work(expire)
        self._database.work(points.drop_empty)

    def _is_written(self, seen: Seen) -> bool:
        """Unavailable when the database is away; whatever else fails must not keep the other batches from being
        written, as when another dashboard of this database writes the same interval at the same moment."""
        try:
            self._database.work(partial(points.write, seen=seen))
        except Problem:
            raise
        except Exception:
            log.exception("What was measured of %s is not written yet", ", ".join(seen))
            return False
        return True

    def _points(
        self, session: Session, subject: str, step: int, start: float, end: float
    ) -> Iterator[tuple[int, bytes]]:
        yield from points.read(session, subject, step, start, end)
        for gathered in (self._under_way, self._waiting):
            yield from ((at, pack(point)) for at, point in gathered.of(subject))

    def _run(self) -> None:
        swept_at = -math.inf
        while not self._stopping.wait(FLUSH_SECONDS):
            self._try(self.flush)
            if time.monotonic() - swept_at >= SWEEP_SECONDS:
                self._try(self.sweep)
                swept_at = time.monotonic()

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Problem as problem:
            log.warning("What was measured is kept in memory for now: %s", problem.message)
        except Exception:
            log.exception("What was measured could not be written, or not swept up")
