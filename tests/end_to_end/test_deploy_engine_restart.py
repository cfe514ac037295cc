"""The engine is restarted in the middle of a deployment: it ends, says why, and the version before serves again."""

import pytest

from tests.end_to_end import holding, samples
from tests.end_to_end.leftovers import assert_nothing_left_behind
from tests.git_server import GitServer


@pytest.fixture(scope="module")
def apps(own_house):
    return holding.AppsBefore(own_house)


def assert_serves(house, app, version):
    with app.asked() as asked:
        asked.assert_serves(version, 20)
    assert app.running() == [f"{app.name}.web.1"]
    assert_nothing_left_behind(house, 40)


@pytest.mark.parametrize(
    ("stage", "end"),
    [
        ("building_image", "stop"),
        ("building_image", "kill"),
        ("releasing", "stop"),
        ("starting_new", "stop"),
        ("checking", "stop"),
        ("checking", "kill"),
        ("stopping_old", "stop"),
    ],
)
def test_deployment_fails_and_the_version_before_serves_again(own_house, apps, stage, end):
    app = apps.of(stage)
    with holding.held(app, stage) as deployment:
        getattr(own_house.engine, end)()
        own_house.engine.start()
        record = deployment.wait("failed")
    assert record["stage"] == stage
    assert "engine" in record["error_message"]
    assert_serves(own_house, app, "version 1")


def test_code_is_fetched_without_the_engine(own_house):
    app = own_house.app(samples.web("version 1"))
    with GitServer(app.repository.path.parent) as server, holding.changed_source(app, server):
        server.hold()
        deployment = app.request()
        deployment.until("cloning_repo")
        own_house.engine.stop()
        own_house.engine.start()
        server.release()
        deployment.wait("success")
    assert_serves(own_house, app, "version 1")
