"""The dashboard is killed in the middle of a deployment: nothing is stuck, nothing is left, the app goes on."""

import pytest

from tests.end_to_end import deploying, holding, samples
from tests.end_to_end.leftovers import assert_nothing_left_behind
from tests.waiting import eventually


@pytest.fixture(scope="module")
def apps(own_house):
    return holding.AppsBefore(own_house)


def assert_tells_the_truth(app, deployment, asked):
    """Interrupted, and the version before serves; where the new one was complete already, a success."""
    record = deployment.record()
    if record["status"] == "success":
        assert app.row()["deployment"] == deployment.id
        with app.asked() as new:
            new.assert_always("version 2")
    else:
        assert record["status"] == "interrupted", record
        asked.assert_always("version 1")
        assert "interrupted" in deployment.log().lower()


@pytest.mark.parametrize("stage", holding.STAGES)
def test_killed_dashboard_cleans_up_when_it_comes_back(own_house, apps, stage):
    app = apps.of(stage)
    with app.asked() as asked, holding.held(app, stage) as deployment:
        own_house.dashboard.crash()
        asked.wait_for_more(5)
        asked.assert_always("version 1")
        own_house.dashboard.start()
        eventually(lambda: deployment.record()["status"] in deploying.OVER)
        assert deployment.record()["stage"] in (stage, "completed")
        assert_tells_the_truth(app, deployment, asked)
        assert_nothing_left_behind(own_house, 40)


def test_what_waited_goes_on_after_a_crash(own_house):
    first, second = (own_house.app(samples.web("version 1")) for _ in range(2))
    first.deploy()
    second.deploy()
    with holding.held(first, "checking") as running:
        waiting = first.request()
        own_house.dashboard.crash()
        own_house.dashboard.start()
        running.wait("interrupted", 10)
        eventually(lambda: waiting.record()["status"] != "pending", 20)
        waiting.cancel()
        waiting.wait("cancelled")
    first.deploy(samples.web("version 3"))
    assert_nothing_left_behind(own_house)
