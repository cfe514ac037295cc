"""Many deployments at once: several apps side by side, each app's own one after the other."""

from tests.end_to_end import holding, samples
from tests.end_to_end.leftovers import assert_nothing_left_behind

AT_ONCE = 2


def times(record, name):
    return [stage[name] for stage in record["stages"]]


def test_ten_apps_requested_at_once_all_come_up(house):
    apps = [house.app(samples.web(f"app {number}")) for number in range(10)]
    deployments = [app.request() for app in apps]
    places = [row["waits_at"] for row in (deployment.record() for deployment in deployments) if row["waits_at"]]
    assert places == sorted(set(places))
    records = [deployment.wait() for deployment in deployments]
    for number, app in enumerate(apps):
        with app.asked() as asked:
            asked.assert_always(f"app {number}")
    moments = [(row["started_at"], 1) for row in records] + [(row["ended_at"], -1) for row in records]
    running, most = 0, 0
    for _, change in sorted(moments):
        running += change
        most = max(most, running)
    assert most == AT_ONCE
    began = [row["started_at"] for row in records]
    assert began == sorted(began)
    assert_nothing_left_behind(house)


def test_two_requests_for_one_app_run_one_after_the_other(house):
    app = house.app(samples.web("version 1"))
    app.deploy()
    first = app.request()
    app.commit(samples.web("version 2"))
    second = app.request()
    with app.asked() as asked:
        one, two = first.wait(), second.wait()
        assert two["started_at"] >= one["ended_at"]
        asked.wait_for_more()
    assert (one["number"], two["number"]) == (2, 3)
    with app.asked() as asked:
        asked.assert_always("version 2")
    assert_nothing_left_behind(house)


def test_newer_request_replaces_the_one_that_waits(house):
    app = house.app(samples.web("version 1"))
    app.deploy()
    with holding.held(app, "checking") as running:
        waiting = app.request()
        newer = app.request()
        record = waiting.record()
        assert (record["status"], record["replaced_by"]) == ("cancelled", newer.number)
        assert newer.record()["status"] == "pending"
        running.cancel()
        running.wait("cancelled")
        newer.until("checking")
        newer.cancel()
        newer.wait("cancelled")
    assert_nothing_left_behind(house)
