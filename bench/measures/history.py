"""What 30 days of 50 containers take up in the database, and how long charts and batches take, beside raw rows."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy import insert

from bench.numbers import percentile
from bench.registry import Figure, measure
from bench.stage import Stage
from paas.metrics.history import FLUSH_SECONDS, History
from paas.metrics.packing import pack
from paas.metrics.rollup import DAY, HOUR, MINUTE, TIERS, Summary, Tier, interval
from paas.storage.database import Database
from paas.storage.metric_tables import MetricPointRow, MetricSubjectRow

CONTAINERS = 50
QUESTIONS = 60
BATCHES = 20
HOST = ("cpu", "memory", "memory_percent", "load", "swap", "disk", "disk_percent", "network_received", "network_sent")
OTHERS = ("cpu", "memory", "memory_percent", "pids", "network_received", "network_sent", "block_read", "block_written")
CHARTS = ["cpu", "memory", "network_received", "network_sent", "block_read", "block_written"]
RANGES = {"15 min": 15 * MINUTE, "1 h": HOUR, "6 h": 6 * HOUR, "24 h": DAY, "7 d": 7 * DAY, "30 d": 30 * DAY}

RAW = "CREATE TABLE raw (subject_id INTEGER, at INTEGER, {}, PRIMARY KEY (subject_id, at)) WITHOUT ROWID"
RAW_CHART = "SELECT at / ?, {} FROM raw WHERE subject_id = 1 AND at >= ? GROUP BY at / ?"


@measure("history", "the history of metrics: size and answers, 50 containers over 30 days")
def history(stage: Stage) -> list[Figure]:
    containers = CONTAINERS // 10 if stage.is_quick else CONTAINERS
    subjects = ["host", *(f"app/{n}{process}" for n in range(1, containers + 1) for process in ("", "/web.1"))]
    path, now = stage.new_folder() / "history.db", time.time()
    with closing(Database(f"sqlite:///{path}")) as database:
        database.migrate()
        empty_mb = _size_mb(path)
        fill(database, subjects, now=now)
    size_mb = _size_mb(path) - empty_mb
    with closing(Database(f"sqlite:///{path}")) as database:
        answers = {name: _answer_ms(database, subjects, now, seconds) for name, seconds in RANGES.items()}
        batch_ms = _batch_ms(database, subjects, now)
    raw_mb, raw_ms = _raw(stage.new_folder(), now, days=3 if stage.is_quick else 30)
    of_raw = f"rows every 10 s without roll-ups: {raw_mb * len(subjects):,.0f} MB, reckoned from one subject"
    return [
        Figure("history, 30 d of 50 containers", "MB", size_mb, target="<= 200", note=of_raw),
        *(
            Figure(f"chart of {name} answered, p95", "ms", ms, target="<= 50", note=f"raw rows: {raw_ms[name]:,.0f} ms")
            for name, ms in answers.items()
        ),
        Figure("history, a batch written, p95", "ms", batch_ms, note=f"of {FLUSH_SECONDS:.0f} s, off the loop"),
    ]


def fill(database: Database, subjects: list[str], *, now: float) -> None:
    """As full as it ever gets, in the order in which the dashboard would have written it."""
    with database.session() as session:
        session.execute(insert(MetricSubjectRow), [{"subject": subject} for subject in subjects])
    for tier in TIERS:
        for times in _parts(tier, now):
            with database.session() as session:
                session.execute(insert(MetricPointRow), list(_rows(subjects, tier, times)))


def _parts(tier: Tier, now: float) -> Iterator[range]:
    first, last = interval(now - tier.keep, tier.step), interval(now, tier.step)
    for begin in range(first, last + 1, 3 * tier.step):
        yield range(begin, min(begin + 3 * tier.step, last + 1), tier.step)


def _rows(subjects: list[str], tier: Tier, times: range) -> Iterator[dict[str, object]]:
    for at in times:
        for subject_id, subject in enumerate(subjects, start=1):
            metrics = HOST if subject == "host" else OTHERS
            yield {"subject_id": subject_id, "step": tier.step, "at": at, "packed": pack(dict(_point(metrics, tier)))}


def _point(metrics: tuple[str, ...], tier: Tier) -> Iterator[tuple[str, Summary]]:
    for metric in metrics:
        low = random.random() * 1e9
        yield metric, Summary(tier.step, low, low * 1.1, low * 1.5)


def _answer_ms(database: Database, subjects: list[str], now: float, seconds: float) -> float:
    taken, kept = [], History(database)
    for _ in range(QUESTIONS):
        subject = random.choice(subjects)
        began = time.perf_counter()
        with database.session() as session:
            chart = kept.series(session, subject, CHARTS, start=now - seconds, end=now)
        taken.append((time.perf_counter() - began) * 1000)
        assert len(chart.times) <= 500
        assert any(mean is not None for mean in chart.series["cpu"].mean)
    return percentile(taken, 95)


class _Sample:
    def __init__(self, at: float, subjects: list[str]) -> None:
        self.at = at
        self._figures = {subject: dict.fromkeys(HOST if subject == "host" else OTHERS, 1.0) for subject in subjects}

    def figures(self) -> dict[str, dict[str, float]]:
        return self._figures


def _batch_ms(database: Database, subjects: list[str], now: float) -> float:
    taken, kept = [], History(database)
    for batch in range(BATCHES):
        for second in range(0, int(FLUSH_SECONDS), 10):
            kept.take(_Sample(now + batch * FLUSH_SECONDS + second, subjects))
        began = time.perf_counter()
        kept.flush()
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken, 95)


def _raw(folder: Path, now: float, *, days: int) -> tuple[float, dict[str, float]]:
    """MB and answers of one subject's samples as they come."""
    folder.mkdir(parents=True)
    path = folder / "raw.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(RAW.format(", ".join(f"{metric} REAL" for metric in OTHERS)))
        places = ", ".join("?" * (len(OTHERS) + 2))
        times = range(interval(now - days * DAY, 10), interval(now, 10), 10)
        rows = ((1, at, *(random.random() * 1e9 for _ in OTHERS)) for at in times)
        connection.executemany(f"INSERT INTO raw VALUES ({places})", rows)  # noqa: S608 - question marks
        connection.commit()
        numbers = ", ".join(f"min({metric}), avg({metric}), max({metric})" for metric in CHARTS)
        taken = {name: _raw_ms(connection, RAW_CHART.format(numbers), now, each) for name, each in RANGES.items()}
    return _size_mb(path) * 30 / days, taken


def _raw_ms(connection: sqlite3.Connection, query: str, now: float, seconds: float) -> float:
    step, taken = max(int(seconds / 500), 10), []
    for _ in range(3):
        began = time.perf_counter()
        connection.execute(query, (step, now - seconds, step)).fetchall()
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken, 95)


def _size_mb(path: Path) -> float:
    return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*")) / 1e6
