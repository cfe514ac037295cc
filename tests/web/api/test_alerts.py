"""Alerts and their rules over REST."""

import time

import pytest

from paas.storage.alert_tables import IncidentRow
from paas.web.times import iso

ALERTS, RULES = "/api/v1/alerts", "/api/v1/alerts/rules"
CPU = {"name": "CPU", "kind": "metric", "metric": "cpu", "threshold": "90 %", "minutes": 5}


@pytest.fixture
def ada(api, shop):
    return api("ada")


@pytest.fixture
def happen(database, shop):
    """``happen("app/1")`` -> the id of an incident of it; ``over=True`` when it is over."""

    def happen(subject, *, over=False):
        app_id = shop.id if subject.startswith("app/") else None
        now = time.time()
        with database.session() as session:
            row = IncidentRow(
                rule_id=None,
                rule_name="CPU",
                kind="metric",
                subject=subject,
                app_id=app_id,
                began_at=now - 300,
                fired_at=now,
                recovered_at=now if over else None,
                value=93.0,
                text="CPU is at 93 %.",
                times=1,
            )
            session.add(row)
            session.flush()
            return row.id

    return happen


def ids(answer):
    return [each["id"] for each in answer.json["alerts"]]


def test_alerts_are_told_to_who_may_see_what_they_are_about(api, ada, bob, happen):
    of_shop, of_machine = happen("app/1"), happen("host")
    assert ids(ada("GET", ALERTS)) == [of_machine, of_shop]
    assert ids(bob("GET", ALERTS)) == [of_shop]
    assert ids(api("eve")("GET", ALERTS)) == []
    [alert] = bob("GET", ALERTS).json["alerts"]
    assert alert == bob("GET", f"{ALERTS}/{of_shop}").json
    assert (alert["state"], alert["app"], alert["subject"], alert["value"]) == ("firing", "shop", "app/1", 93.0)
    assert bob("GET", f"{ALERTS}/{of_machine}").status_code == 404


def test_alerts_are_told_page_by_page_and_by_what_is_asked_for(ada, happen):
    over, *firing = [happen("app/1", over=True), happen("app/1"), happen("host")]
    assert ids(ada("GET", f"{ALERTS}?state=firing")) == firing[::-1]
    assert ids(ada("GET", f"{ALERTS}?state=recovered")) == [over]
    assert ids(ada("GET", f"{ALERTS}?app=shop")) == [firing[0], over]
    first = ada("GET", f"{ALERTS}?limit=2")
    assert (ids(first), first.json["next"]) == (firing[::-1], firing[0])
    assert ids(ada("GET", f"{ALERTS}?limit=2&before={first.json['next']}")) == [over]
    for wrong in ("state=odd", "limit=9999", "before=x"):
        assert ada("GET", f"{ALERTS}?{wrong}").status_code == 400
    assert ada("GET", f"{ALERTS}?app=nothing").status_code == 404


def test_rule_is_made_changed_silenced_and_removed(ada, bob):
    made = bob("POST", RULES, json=CPU | {"app": "shop"})
    assert made.status_code == 201
    address = f"{RULES}/{made.json['id']}"
    told = {name: made.json[name] for name in ("about", "app", "metric", "direction", "threshold", "enabled")}
    assert told == {
        "about": "app",
        "app": "shop",
        "metric": "cpu",
        "direction": "above",
        "threshold": 90.0,
        "enabled": True,
    }
    assert bob("GET", address).json == made.json
    assert made.json in bob("GET", f"{RULES}?app=shop").json["rules"]
    changed = bob("PATCH", address, json={"threshold": 80, "enabled": False}).json
    assert (changed["threshold"], changed["enabled"]) == (80.0, False)
    assert bob("PUT", f"{address}/silence", json={"hours": 8}).json["silent_until"] > iso(time.time() + 7 * 3600)
    assert bob("PUT", f"{address}/silence", json={"hours": 0}).json["silent_until"] is None
    assert bob("DELETE", address).status_code == 204
    assert bob("GET", address).status_code == 404


def test_rules_of_everything_are_for_admins(api, ada, bob):
    wanted = CPU | {"about": "machine"}
    assert bob("POST", RULES, json=wanted).status_code == 403
    made = ada("POST", RULES, json=wanted).json
    assert bob("GET", f"{RULES}/{made['id']}").status_code == 404
    of_all = ada("POST", RULES, json=CPU).json
    for method, path, json in (("PATCH", "", {"name": "x"}), ("DELETE", "", None), ("PUT", "/silence", {"hours": 1})):
        assert bob(method, f"{RULES}/{of_all['id']}{path}", json=json).status_code == 403


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({}, "kind is missing"),
        ({"kind": "metric"}, "needs a name"),
        (CPU | {"threshold": "much"}, "threshold must be a number"),
        (CPU | {"metric": "weather"}, "metric must be one of"),
        (CPU | {"app": "nothing"}, "There is no app"),
        (CPU | {"app": 7}, "app must be a text"),
        (CPU | {"colour": "red"}, "Unknown field"),
        ({"name": "x", "kind": "log_pattern", "pattern": "("}, ""),
    ],
)
def test_wrong_rule_is_refused_in_the_one_shape(ada, document, words):
    answer = ada("POST", RULES, json=document)
    assert (answer.status_code, set(answer.json)) == (400, {"error"})
    assert words in answer.json["error"]["message"]


def test_an_app_is_silenced_for_a_time_and_told_of_again(ada, bob, shop):
    address = f"/api/v1/apps/{shop.name}/alerts/silence"
    assert ada("GET", address).json == {"silent_until": None}
    until = bob("PUT", address, json={"hours": 2}).json["silent_until"]
    assert iso(time.time() + 7_100) < until < iso(time.time() + 7_300)
    assert ada("GET", address).json == {"silent_until": until}
    assert bob("PUT", address, json={"hours": 1_000}).status_code == 400
    assert bob("PUT", address, json={"hours": "soon"}).status_code == 400
    assert bob("PUT", address, json={"minutes": 5}).status_code == 400
    assert bob("PUT", address, json={"hours": 0}).json == {"silent_until": None}
