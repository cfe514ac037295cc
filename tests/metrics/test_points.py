"""Roll-ups in both databases: what is written beside what, and whose it is."""

import math

import pytest

from paas.metrics import points
from paas.metrics.packing import unpack
from paas.metrics.rollup import HOUR, TIERS, of_sample

NOW = 1_800_000_000


def seen(subject, *times, value=1.0):
    return {subject: {at: {"cpu": of_sample(value, 10)} for at in times}}


def stored(database, subject, step):
    with database.session() as session:
        rows = points.read(session, subject, step, -math.inf, math.inf)
        return {at: unpack(packed)["cpu"] for at, packed in rows}


@pytest.mark.parametrize(
    ("subject", "app_id"),
    [("host", None), ("app/3", 3), ("app/12/web.1", 12), ("container/app/3", None), ("container/db", None)],
)
def test_subject_tells_whose_it_is(subject, app_id):
    assert points.app_of(subject) == app_id


def test_what_is_written_of_one_touches_nothing_of_another(database):
    with database.session() as session:
        points.write(session, seen("host", NOW, NOW + 10))
        points.write(session, seen("app/1", NOW + 10, value=5.0))
        points.write(session, seen("app/1", NOW + 20) | seen("host", NOW + 10, value=3.0))
    assert {at: each.mean for at, each in stored(database, "host", 10).items()} == {NOW: 1, NOW + 10: 2}
    assert {at: each.mean for at, each in stored(database, "app/1", 10).items()} == {NOW + 10: 5, NOW + 20: 1}
    assert stored(database, "host", HOUR)[NOW].weight == 30
    assert stored(database, "app/1", HOUR)[NOW].weight == 20


def test_range_that_is_read_begins_with_its_start_and_ends_before_its_end(database):
    with database.session() as session:
        points.write(session, seen("host", *range(NOW, NOW + 50, 10)))
        found = [at for at, _ in points.read(session, "host", 10, NOW + 10, NOW + 40)]
    assert sorted(found) == [NOW + 10, NOW + 20, NOW + 30]


def test_only_the_named_tier_expires(database):
    with database.session() as session:
        points.write(session, seen("host", NOW))
        ((subject_id, is_gone),) = points.subjects(session)
        assert not is_gone
        later = NOW + TIERS[0].keep + 2 * TIERS[0].step
        points.expire(session, subject_id, TIERS[1], now=later, is_gone=False)
        points.drop_empty(session)
    assert [len(stored(database, "host", tier.step)) for tier in TIERS] == [1, 1, 1, 1]
    with database.session() as session:
        points.expire(session, subject_id, TIERS[0], now=later, is_gone=False)
    assert [len(stored(database, "host", tier.step)) for tier in TIERS] == [0, 1, 1, 1]
