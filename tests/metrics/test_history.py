"""History in both databases: what is written is what was seen, whatever the clock, the dashboard and the apps do."""

import logging
import math
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Wanted
from paas.errors import Unavailable
from paas.metrics import history as module
from paas.metrics import points
from paas.metrics.history import History
from paas.metrics.packing import unpack
from paas.metrics.rollup import DAY, HOUR, MINUTE, TIERS
from paas.storage.metric_tables import MetricPointRow, MetricSubjectRow

NOW = 1_800_000_000.0
OWNER = Actor(0, "ada", Role.OWNER)


@dataclass
class Sample:
    at: float
    numbers: dict

    def figures(self):
        return self.numbers


def cpu(at, value, subject="host"):
    return Sample(at, {subject: {"cpu": value}})


class Clock:
    def __init__(self, now=NOW):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def history(database, clock):
    return History(database, clock=clock)


@pytest.fixture
def drawn(database, history):
    """``drawn("host", start, end)`` -> {time: mean} of the points there are, of the cpu unless said otherwise."""

    def drawn(subject, start, end, metric="cpu", of=None, most=500):
        with database.session() as session:
            chart = (of or history).series(session, subject, [metric], start=start, end=end, most=most)
        means = zip(chart.times, chart.series[metric].mean, strict=True)
        return {at: mean for at, mean in means if mean is not None}

    return drawn


def stored(database, step):
    """{time: mean of the cpu of the host} in one tier of the database."""
    with database.session() as session:
        rows = points.read(session, "host", step, 0, math.inf)
        return {at: unpack(packed)["cpu"].mean for at, packed in sorted(rows)}


def test_samples_of_a_minute_stand_in_every_tier(database, history):
    for second in range(60):
        history.take(cpu(NOW + second, second))
    history.flush()
    assert stored(database, 10) == {NOW + tens: tens + 4.5 for tens in range(0, 60, 10)}
    assert stored(database, 60) == stored(database, 600) == stored(database, 3600) == {NOW: pytest.approx(29.5)}


def test_everything_is_told_before_and_after_it_is_written(history, drawn):
    history.take(cpu(NOW, 1))
    history.take(cpu(NOW + 10, 3))
    seen = drawn("host", NOW, NOW + MINUTE)
    assert seen == {NOW: 1, NOW + 10: 3}
    history.flush()
    assert drawn("host", NOW, NOW + MINUTE) == seen
    history.take(cpu(NOW + 12, 6))
    assert drawn("host", NOW, NOW + MINUTE) == {NOW: 1, NOW + 10: pytest.approx((3 * 10 + 6 * 2) / 12)}


def test_least_and_most_are_kept(database, history):
    for second, value in enumerate([5, 1, 9, 5]):
        history.take(cpu(NOW + second, value))
    with database.session() as session:
        band = history.series(session, "host", ["cpu"], start=NOW, end=NOW + 10).series["cpu"]
    assert (band.min, band.mean, band.max) == ([1], [5], [9])


def test_gap_is_none_and_no_zero(database, history):
    for at in (0, 10, 50):
        history.take(cpu(NOW + at, 0))
    history.flush()
    with database.session() as session:
        chart = history.series(session, "host", ["cpu", "load"], start=NOW, end=NOW + MINUTE)
    assert chart.series["cpu"].mean == [0, 0, None, None, None, 0]
    assert chart.series["load"].mean == [None] * 6


def test_late_sample_leaves_no_gap_but_a_subject_that_is_new_has_no_past(history, drawn):
    history.take(cpu(NOW + 9.9, 1))
    history.take(Sample(NOW + 20.1, {"host": {"cpu": 2}, "app/1": {"cpu": 7}}))
    assert drawn("host", NOW, NOW + 30) == {NOW: 1, NOW + 10: 2, NOW + 20: 2}
    assert drawn("app/1", NOW, NOW + 30) == {NOW + 20: 7}


def test_second_when_somebody_looked_counts_no_more_than_any_other(history, drawn):
    """Fifty seconds at 0 in five samples, then ten at 60 in ten."""
    history.take(cpu(NOW - 1, 0))
    for at in range(9, 50, 10):
        history.take(cpu(NOW + at, 0))
    for second in range(50, 60):
        history.take(cpu(NOW + second, 60))
    assert drawn("host", NOW, NOW + MINUTE, most=1) == {NOW: pytest.approx(10, rel=0.05)}


@pytest.mark.parametrize("restart_after", [3, 17, 45])
def test_restart_in_the_middle_of_an_interval_loses_nothing_and_counts_nothing_twice(
    database, clock, drawn, restart_after
):
    first, second = History(database, clock=clock), History(database, clock=clock)
    for at in range(120):
        (first if at < restart_after else second).take(cpu(NOW + at, at))
        if at == restart_after - 1:
            first.stop()
        elif at % 30 == 29:
            second.flush()
    second.stop()
    assert stored(database, 10) == {NOW + at: pytest.approx(at + 4.5) for at in range(0, 120, 10)}
    assert stored(database, 60) == {NOW: pytest.approx(29.5), NOW + 60: pytest.approx(89.5)}
    assert stored(database, 3600) == {NOW: pytest.approx(59.5)}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from([1, 10, 10, 25, -40, 700, -2000]), st.floats(0, 100)), max_size=40),
    flushes=st.sets(st.integers(0, 40)),
)
def test_how_often_it_is_written_changes_nothing(database, clock, steps, flushes):
    """Whatever the clock does meanwhile, as long as what is rolled up is still kept."""
    often, once = History(database, clock=clock), History(database, clock=clock)
    with database.session() as session:
        session.query(MetricSubjectRow).delete()
    at = NOW
    for turn, (step, value) in enumerate(steps):
        at += step
        often.take(cpu(at, value, "app/1"))
        once.take(cpu(at, value, "app/2"))
        if turn in flushes:
            often.flush()
    often.stop()
    once.stop()
    for tier in TIERS:
        with database.session() as session:
            one, other = (
                {each: unpack(packed) for each, packed in points.read(session, subject, tier.step, 0, math.inf)}
                for subject in ("app/1", "app/2")
            )
        assert one.keys() == other.keys()
        for each, point in one.items():
            assert point["cpu"] == pytest.approx(other[each]["cpu"], rel=1e-5)


def test_clock_that_steps_back_adds_to_what_is_there(history, drawn):
    history.take(cpu(NOW + 100, 1))
    history.flush()
    history.take(cpu(NOW + 3, 5))
    history.take(cpu(NOW + 102, 3))
    history.flush()
    assert drawn("host", NOW, NOW + 2 * MINUTE) == {NOW: 5, NOW + 100: 2}


def test_long_range_is_answered_in_few_points(history, drawn):
    for turn in range(60):
        history.take(cpu(NOW - turn * 12 * HOUR, turn))
    history.flush()
    assert drawn("host", NOW - 30 * DAY, NOW + HOUR) == {NOW - turn * 12 * HOUR: turn for turn in range(60)}
    assert 10 < len(drawn("host", NOW - 30 * DAY, NOW + HOUR, most=20)) <= 20


def test_what_is_too_old_goes_from_each_tier(database, history, clock):
    for age in (0, 3 * HOUR, 2 * DAY, 10 * DAY, 40 * DAY):
        history.take(cpu(NOW - age, 1))
    history.flush()
    history.sweep()
    kept = {tier.step: {NOW - at for at in stored(database, tier.step)} for tier in TIERS}
    assert {step: len(ages) for step, ages in kept.items()} == {10: 1, 60: 2, 600: 3, 3600: 4}


def count(database, table):
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_history_of_a_deleted_app_goes_with_it(database, history, drawn):
    with database.session() as session:
        shop = catalogue.create(session, OWNER, Wanted("shop", repository="https://a.org/b"))
    for subject in (f"app/{shop.id}", f"app/{shop.id}/web.1", "container/db", "host"):
        history.take(cpu(NOW, 1, subject))
    history.flush()
    history.sweep()
    assert count(database, MetricSubjectRow) == 4
    with database.session() as session:
        catalogue.delete(session, OWNER, shop, name="shop")
    history.sweep()
    assert (count(database, MetricSubjectRow), count(database, MetricPointRow)) == (2, 8)
    assert drawn("host", NOW, NOW + 10) == {NOW: 1}
    assert drawn(f"app/{shop.id}", NOW, NOW + 10) == {}


def test_container_that_went_is_forgotten_with_its_last_point(database, history, clock):
    history.take(cpu(NOW, 1, "container/build"))
    history.flush()
    clock.now += 29 * DAY
    history.sweep()
    assert count(database, MetricSubjectRow) == 1
    clock.now += 2 * DAY
    history.sweep()
    assert (count(database, MetricSubjectRow), count(database, MetricPointRow)) == (0, 0)


def test_what_cannot_be_written_is_written_later(database, history, drawn, monkeypatch, caplog):
    def away(_):
        raise Unavailable("The database does not answer.")

    history.take(cpu(NOW, 1))
    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(database, "work", away)
        history.stop()
        assert "kept in memory" in caplog.text
    assert drawn("host", NOW, NOW + 10) == {NOW: 1}
    history.flush()
    assert stored(database, 10) == {NOW: 1}


def test_what_fails_keeps_no_other_from_being_written(database, history, monkeypatch, caplog):
    failures = [IntegrityError("INSERT", {}, ValueError("a twin was first"))]

    def fail_once(session, seen):
        if "container/07" in seen and failures:
            raise failures.pop()
        write(session, seen)

    write = points.write
    monkeypatch.setattr(points, "write", fail_once)
    history.take(Sample(NOW, {f"container/{number:02}": {"cpu": number} for number in range(50)}))
    history.flush()
    assert "container/07" in caplog.text
    assert count(database, MetricPointRow) == (50 - module.SUBJECTS_AT_ONCE) * len(TIERS)
    history.flush()
    assert count(database, MetricPointRow) == 50 * len(TIERS)


def test_what_waits_for_the_database_is_bounded(history, drawn):
    for turn in range(3 * module.MOST_INTERVALS):
        history.take(cpu(NOW + 10 * turn, turn))
    found = drawn("host", NOW, NOW + HOUR)
    assert len(found) == module.MOST_INTERVALS
    assert max(found.values()) == 3 * module.MOST_INTERVALS - 1


def test_what_is_no_number_and_what_nobody_knows_is_left_out(history, drawn):
    numbers = {"cpu": math.nan, "memory": math.inf, "pids": 3, "something": 1}
    history.take(Sample(NOW, {"app/1": numbers}))
    history.flush()
    assert drawn("app/1", NOW, NOW + 10) == {}
    assert drawn("app/1", NOW, NOW + 10, "pids") == {NOW: 3}


def test_many_subjects_are_written_in_several_transactions(database, history, monkeypatch):
    asked = []
    monkeypatch.setattr(
        database, "work", partial(lambda work, function: (asked.append(1), work(function)), database.work)
    )
    history.take(Sample(NOW, {f"container/{number}": {"cpu": number} for number in range(50)}))
    history.flush()
    assert len(asked) == math.ceil(50 / module.SUBJECTS_AT_ONCE)
    assert count(database, MetricPointRow) == 50 * len(TIERS)
