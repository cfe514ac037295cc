"""Each stage of a deployment has a limit, which the operator sets: what takes longer fails and is undone."""

import json

import pytest

from tests.end_to_end import deploying, holding, samples
from tests.end_to_end.leftovers import assert_nothing_left_behind
from tests.engines import PrivateEngine

SECONDS = 3
# How long it takes to start eight containers is up to the machine.
STAGES = [stage for stage in holding.STAGES if stage != "starting_new"]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """On an engine of its own: two dashboards have apps of the same numbers."""
    limits, folder = ",".join(f"{stage}={SECONDS}" for stage in STAGES), tmp_path_factory.mktemp("limits")
    with PrivateEngine() as engine, deploying.house(engine, folder, PAAS_STAGE_SECONDS=limits) as house:
        yield house


@pytest.fixture(scope="module")
def apps(house):
    return holding.AppsBefore(house)


@pytest.mark.parametrize("stage", STAGES)
def test_stage_that_takes_too_long_fails_and_the_version_before_serves(house, apps, stage):
    app = apps.of(stage)
    before = app.container().id
    with app.asked() as asked:
        with holding.held(app, stage) as deployment:
            record = deployment.wait("failed", SECONDS + 10)
        asked.assert_always("version 1")
    assert record["stage"] == stage
    assert f"{SECONDS} s" in record["error_message"]
    assert f"{stage}=" in record["error_message"], "it says which setting allows more"
    assert app.container().id == before
    assert app.running() == [f"{app.name}.web.1"]
    assert_nothing_left_behind(house)


def test_postdeploy_that_takes_too_long_is_ended_and_takes_nothing_back(house):
    scripts = {"scripts": {"dokku": {"postdeploy": "sleep 100000"}}}
    files = samples.web("version 1")
    asked = json.loads(files["app.json"]) | scripts
    app = house.app({**files, "app.json": json.dumps(asked)})
    deployment = app.deploy()
    assert f"postdeploy failed: It took longer than {SECONDS} s." in deployment.log()
    assert app.running() == [f"{app.name}.web.1"]
    assert_nothing_left_behind(house)
