"""A deployment can be cancelled at every stage: it is soon over, and the version before serves."""

import time

import pytest

from tests.end_to_end import holding, samples
from tests.end_to_end.leftovers import assert_nothing_left_behind

DEADLINE_SECONDS = 10
"""Two seconds are meant, and on a quiet machine kept; how long it took is recorded, as a busy one takes longer."""


@pytest.fixture(scope="module")
def apps(house):
    return holding.AppsBefore(house)


@pytest.mark.parametrize("stage", holding.STAGES)
def test_cancelled_deployment_is_soon_over(house, apps, stage, record_property):
    app = apps.of(stage)
    before = app.container().id
    with app.asked() as asked:
        with holding.held(app, stage) as deployment:
            asked_at = time.monotonic()
            answer = deployment.cancel()
            assert answer.ok, answer.text
            record = deployment.wait("cancelled", DEADLINE_SECONDS)
            took = time.monotonic() - asked_at
        record_property("cancelled_within_seconds", round(took, 2))
        assert record["stage"] == stage
        assert 0 < record["progress"] < 100
        asked.assert_always("version 1")
    assert app.container().id == before
    assert app.running() == [f"{app.name}.web.1"]
    assert deployment.containers() == []
    assert "cancelled" in deployment.log().lower()
    assert_nothing_left_behind(house)
    again = deployment.cancel()
    assert again.status_code == 409


def test_waiting_deployment_is_cancelled_before_it_began(house, apps):
    app = apps.of("building_image")
    with holding.held(app, "building_image") as running:
        waiting = app.request()
        assert waiting.record()["status"] == "pending"
        assert waiting.cancel().ok
        assert waiting.record()["status"] == "cancelled"
        assert running.record()["status"] == "building"
        assert running.cancel().ok
        running.wait("cancelled")
    assert_nothing_left_behind(house)


def test_next_deployment_after_a_cancelled_one_succeeds(house, apps):
    app = apps.of("checking")
    with holding.held(app, "checking") as deployment:
        deployment.cancel()
        deployment.wait("cancelled")
    app.deploy(samples.web("version 3"))
    with app.asked() as asked:
        asked.assert_always("version 3")
    assert_nothing_left_behind(house)
