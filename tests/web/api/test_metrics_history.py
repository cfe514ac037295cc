"""What was measured, over REST: its shape, who may see it, what is refused and why."""

from dataclasses import dataclass
from time import time

import pytest

from paas.deployments.stages import Stage
from paas.metrics.packing import OF_CONTAINERS, OF_MACHINE
from paas.metrics.rollup import interval
from paas.storage.alert_tables import IncidentRow
from paas.storage.metric_tables import MetricMarkRow

MACHINE, OF_APP = "/api/v1/metrics/history", "/api/v1/apps/shop/metrics/history"
THEN = 1_800_000_000


@dataclass
class Sample:
    at: float
    numbers: dict

    def figures(self):
        return self.numbers


@pytest.fixture
def kept(services, shop):
    """``kept(at, cpu)`` of the machine, of the app, and of web.1 of it half as much."""

    def kept(at, cpu):
        numbers = {"host": cpu, f"app/{shop.id}": cpu, f"app/{shop.id}/web.1": cpu / 2}
        services.history.take(Sample(at, {subject: {"cpu": number} for subject, number in numbers.items()}))

    return kept


def test_answer_has_a_list_for_each_metric_with_gaps(bob, kept, shop):
    for at, cpu in ((0, 1.23456), (10, 3), (50, 5)):
        kept(THEN + at, cpu)
    found = bob("GET", f"{OF_APP}?from={THEN}&to={THEN + 60}&metrics=cpu,memory").json
    mean = [1.235, 3, None, None, None, 5]
    assert found["series"] == {
        "cpu": {"min": mean, "mean": mean, "max": mean},
        "memory": {name: [None] * 6 for name in ("min", "mean", "max")},
    }
    assert found["times"] == [THEN + at for at in range(0, 60, 10)]
    assert (found["from"], found["to"], found["step_seconds"]) == (THEN, THEN + 60, 10)
    assert (found["subject"], found["marks"]) == (f"app/{shop.id}", [])


@pytest.mark.parametrize(
    ("range_", "seconds"),
    [("", 3600), ("15m", 900), ("1h", 3600), ("6h", 21600), ("24h", 86400), ("7d", 604800), ("30d", 2592000)],
)
def test_range_ends_now_and_has_no_more_than_500_points(api, kept, range_, seconds):
    kept(time() - 2, 7)
    found = api("ada")("GET", f"{MACHINE}?range={range_}").json
    assert found["to"] - found["from"] == pytest.approx(seconds)
    assert abs(found["to"] - time()) < 60
    assert 80 < len(found["times"]) <= 500
    assert 7 in found["series"]["cpu"]["max"]


def test_machine_and_app_have_the_metrics_that_are_known_of_them(api, bob):
    assert set(api("ada")("GET", MACHINE).json["series"]) == set(OF_MACHINE)
    assert set(api("ada")("GET", f"{MACHINE}?metrics=load").json["series"]) == {"load"}


def test_one_process_may_be_asked_for(bob, kept, shop):
    kept(THEN, 8)
    found = bob("GET", f"{OF_APP}?process=web.1&from={THEN}&to={THEN + 10}").json
    assert found["subject"] == f"app/{shop.id}/web.1"
    assert found["series"]["cpu"]["mean"] == [4]
    assert set(found["series"]) == set(OF_CONTAINERS)


def test_times_may_be_written_as_people_write_them(bob, kept):
    kept(THEN, 8)
    found = bob("GET", f"{OF_APP}?from=2027-01-15T08:00:00Z&to=2027-01-15T10:00:10%2B02:00").json
    assert (found["from"], found["to"]) == (THEN, THEN + 10)


def test_deployments_are_marked(bob, api, shop, succeed, records):
    for number in (1, 2):
        bob("POST", "/api/v1/apps/1/deployments")
        if number == 1:
            succeed(1)
        else:
            records.enter(2, Stage.STARTING)
    for found in (bob("GET", f"{OF_APP}?range=15m").json, api("ada")("GET", f"{MACHINE}?range=15m").json):
        first, second = found["marks"]
        assert first["text"].startswith("Deployment 1, commit 0123456, by bob")
        assert (first["kind"], first["href"], first["app"]) == ("deployment", "/apps/shop/deployments/1", "shop")
        assert found["from"] < first["at"] <= second["at"] <= found["to"]
    assert bob("GET", f"{OF_APP}?from={THEN}&to={THEN + 10}").json["marks"] == []


def test_what_happened_to_containers_is_marked(bob, api, shop, database):
    with database.session() as session:
        for at, kind, app_id, process in (
            (THEN + 1.25, "exit", shop.id, "web.1"),
            (THEN + 2, "restart", shop.id, "web.1"),
            (THEN + 3, "out_of_memory", None, "db"),
            (THEN + 99, "exit", shop.id, "web.1"),
        ):
            code = 3 if kind == "exit" else None
            session.add(
                MetricMarkRow(at=at, kind=kind, app_id=app_id, process=process, container_id="c", exit_code=code)
            )
    window = f"?from={THEN}&to={THEN + 10}"
    ended, again = bob("GET", OF_APP + window).json["marks"]
    assert ended["kind"] == "exit"
    assert ended["text"] == "web.1 exited with code 3"
    assert ended["href"] == f"/apps/shop/logs#at={THEN + 1.25:.3f}"
    assert (again["kind"], again["text"]) == ("restart", "web.1 was started again")
    of_machine = api("ada")("GET", MACHINE + window).json["marks"]
    assert of_machine[:2] == [ended, again]
    assert of_machine[2]["text"] == "db ran out of memory"
    assert (of_machine[2]["href"], of_machine[2]["app"]) == ("/containers/db/logs", "")


def test_alerts_are_marked_when_they_fired_and_when_they_were_over(bob, api, shop, database):
    with database.session() as session:
        for app_id, fired, over in ((shop.id, 2, 5), (None, 3, None), (shop.id, -50, 7), (shop.id, -9, -5)):
            row = IncidentRow(rule_name="CPU", kind="metric", subject="x", app_id=app_id, text=f"CPU {fired}", times=1)
            row.began_at, row.fired_at = THEN + fired - 1, THEN + fired
            row.recovered_at = None if over is None else THEN + over
            session.add(row)
    window = f"?from={THEN}&to={THEN + 10}"
    fired, over, of_another = bob("GET", OF_APP + window).json["marks"]
    assert (fired["at"], fired["kind"], fired["text"]) == (THEN + 2, "alert", "CPU 2")
    assert (fired["href"], fired["app"]) == ("/alerts/incidents/1", "shop")
    assert [(each["at"] - THEN, each["text"]) for each in (over, of_another)] == [
        (5, "Over: CPU 2"),
        (7, "Over: CPU -50"),
    ]
    of_machine = api("ada")("GET", MACHINE + window).json["marks"]
    assert [each["text"] for each in of_machine] == ["CPU 2", "CPU 3", "Over: CPU 2", "Over: CPU -50"]
    assert of_machine[1]["app"] == ""


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("range=2h", "range must be 1h or 15m"),
        ("range=1h&from=1", "Ask for a range, or for from and to"),
        ("to=5", "from must be given with to"),
        ("from=yesterday", "from cannot be understood: 'yesterday' is no time"),
        ("from=1&to=tomorrow", "to cannot be understood: 'tomorrow' is no time"),
        ("from=5&to=5", "from must lie before to"),
        ("from=99999999999", "from must lie before to"),
        ("metrics=cpu,beauty", "metrics must be some of cpu, memory"),
        ("metrics=,", "metrics must be some of"),
    ],
)
def test_bad_question_is_refused_and_the_answer_names_its_part(api, bob, shop, query, says):
    for answer in (bob("GET", f"{OF_APP}?{query}"), api("ada")("GET", f"{MACHINE}?{query}")):
        assert (answer.status_code, answer.json["error"]["kind"]) == (400, "invalid")
        assert says in answer.json["error"]["message"]


@pytest.mark.parametrize("process", ["../x", "a%00b", "%20", "x" * 300])
def test_process_that_none_can_be_called_is_refused(bob, shop, process):
    answer = bob("GET", f"{OF_APP}?process={process}")
    assert answer.status_code == 400
    assert "process must be the name of one" in answer.json["error"]["message"]


def test_load_is_known_of_the_machine_alone(bob, shop):
    assert bob("GET", f"{OF_APP}?metrics=load").status_code == 400


def test_who_has_the_answer_already_gets_nothing(bob, kept, services):
    address = f"{OF_APP}?from={THEN}&to={THEN + 60}"
    first = bob("GET", address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = {"If-None-Match": first.headers["ETag"]}
    assert bob("GET", address, more_headers=again).status_code == 304
    kept(THEN + 5, 1)
    assert bob("GET", address, more_headers=again).status_code == 200


def test_machine_is_for_admins_and_an_app_for_who_may_see_it(api, bob, shop):
    assert bob("GET", MACHINE).status_code == 403
    assert api("eve")("GET", OF_APP).status_code == 404


def test_times_lie_on_multiples_of_the_step(bob, shop):
    found = bob("GET", f"{OF_APP}?range=24h").json
    assert found["times"][0] == interval(found["from"], found["step_seconds"])
