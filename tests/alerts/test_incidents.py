"""The history of alerts: who sees what of it, what stands on a chart, and how long it is kept."""

import time

import pytest

from paas.alerts import incidents, rulebook
from paas.alerts.rules import About, Kind, Wanted
from paas.errors import NotFound
from paas.storage.alert_tables import IncidentRow

NOW = time.time()
DAY = 24 * 3600


@pytest.fixture
def add(database):
    """``add("host")`` -> the id of an incident of that subject."""

    def add(subject, app_id=None, *, fired_at=NOW, recovered_at=None, rule_id=None):
        row = IncidentRow(
            rule_id=rule_id,
            rule_name="Busy",
            kind="metric",
            subject=subject,
            app_id=app_id,
            began_at=fired_at - 300,
            fired_at=fired_at,
            recovered_at=recovered_at,
            value=93.0,
            text="It is busy",
            times=1,
        )
        with database.session() as session:
            session.add(row)
            session.flush()
            return row.id

    return add


@pytest.mark.parametrize(("who", "seen"), [("ada", "both"), ("bob", "shop"), ("eve", "shop"), ("mallory", "none")])
def test_each_sees_what_happened_to_what_they_may_see(database, people, shop, add, who, seen):
    made = {"host": add("host"), "shop": add(f"app/{shop.id}/web.1", shop.id)}
    wanted = {"both": {"host", "shop"}, "shop": {"shop"}, "none": set()}[seen]
    with database.session() as session:
        found = incidents.visible(session, people[who])
        assert {each.id for each in found} == {made[name] for name in wanted}
        for name, incident_id in made.items():
            if name in wanted:
                assert incidents.find(session, people[who], incident_id).kind is Kind.METRIC
            else:
                with pytest.raises(NotFound):
                    incidents.find(session, people[who], incident_id)
        assert incidents.visible(session, people["mallory"], app=shop) == []


def test_newest_come_first_and_page_by_page(database, people, shop, add):
    ids = [add("host", recovered_at=NOW if number % 2 else None) for number in range(6)]
    of_shop = add(f"app/{shop.id}", shop.id)
    with database.session() as session:

        def found(**asked):
            return [each.id for each in incidents.visible(session, people["ada"], **asked)]

        assert found(limit=3) == [of_shop, ids[5], ids[4]]
        assert found(limit=3, before=ids[4]) == [ids[3], ids[2], ids[1]]
        assert found(app=shop) == [of_shop]
        assert found(is_open=True) == [of_shop, ids[4], ids[2], ids[0]]
        assert found(is_open=False) == [ids[5], ids[3], ids[1]]


def test_chart_is_told_what_lasted_in_its_time(database, shop, add):
    before = add("host", fired_at=100.0, recovered_at=150.0)
    into = add("host", fired_at=150.0, recovered_at=250.0)
    lasting = add("host", fired_at=220.0)
    add("host", fired_at=400.0)
    add(f"app/{shop.id}", shop.id, fired_at=220.0)
    with database.session() as session:
        assert [each.id for each in incidents.between(session, [None], 200.0, 300.0)] == [into, lasting]
        assert [each.id for each in incidents.between(session, [None], 100.0, 160.0)] == [before, into]
        assert [each.id for each in incidents.between(session, [None], 100.0, 300.0, most=1)] == [lasting]
        assert len(incidents.between(session, [shop.id], 200.0, 300.0)) == 1
        assert len(incidents.between(session, [shop.id, None], 200.0, 300.0)) == 3
        assert incidents.between(session, [], 200.0, 300.0) == []


def test_what_a_removed_rule_has_found_stays_as_over(database, people, shop, add):
    with database.session() as session:
        wanted = Wanted("Busy", Kind.METRIC, About.APP, shop.id, "cpu", threshold=80.0)
        rule = rulebook.create(session, people["bob"], wanted)
    incident_id = add(f"app/{shop.id}", shop.id, rule_id=rule.id)
    with database.session() as session:
        rulebook.remove(session, people["bob"], rule)
    with database.session() as session:
        left = incidents.find(session, people["bob"], incident_id)
    assert (left.rule_id, left.rule_name, left.is_open) == (None, "Busy", False)
    assert left.text == "It is busy (over: the rule was removed)"


def test_old_ones_and_those_beyond_the_bound_are_swept_unless_they_last(database, people, add, monkeypatch):
    monkeypatch.setattr(incidents, "MOST", 3)
    old_and_open = add("host", fired_at=NOW - 91 * DAY)
    add("host", fired_at=NOW - 91 * DAY, recovered_at=NOW - 91 * DAY)
    add("host", recovered_at=NOW)
    kept = [add("host", recovered_at=NOW) for _ in range(3)]
    with database.session() as session:
        incidents.sweep(session, NOW)
    with database.session() as session:
        assert {each.id for each in incidents.visible(session, people["ada"])} == {old_and_open, *kept}
