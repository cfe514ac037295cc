"""What app.json asks for around a deployment, on a real engine: variables, and scripts before and after."""

import json

from paas.apps import environment
from paas.apps.variables import Variable
from tests.dashboard import free_port
from tests.deployments.live.yard import ADA
from tests.end_to_end import samples

STAYS = {"type": "startup", "name": "stays up"}


def web(version, **asked):
    files = samples.web(version)
    return {**files, "app.json": json.dumps({"healthchecks": {"web": [STAYS]}, **asked})}


def variables(yard, app):
    with yard.means.database.session() as session:
        return {each.key: each for each in environment.read(session, yard.means.vault, app.id)}


def set_variable(yard, app, key, value):
    with yard.means.database.session() as session:
        environment.set_one(session, yard.means.vault, ADA, app, Variable(key, value))


def seen(yard, app, name="shop.web.1"):
    """The environment of the app's container."""
    container = yard.private_engine.client.containers.get(yard.containers(app)[name].id)
    return dict(pair.split("=", 1) for pair in container.attrs["Config"]["Env"])


def read(yard, app, path):
    container = yard.private_engine.client.containers.get(yard.containers(app)["shop.web.1"].id)
    return container.exec_run(["cat", path]).output.decode()


def test_variables_that_the_code_asks_for_are_given_once(yard):
    asked = {"MODE": "fast", "KEY": {"generator": "secret"}, "OWN": "theirs", "MAYBE": {"required": False}}
    app = yard.app(web("version 1", env=asked))
    set_variable(yard, app, "OWN", "mine")
    first = yard.deploy(app)
    given = variables(yard, app)
    assert {key: given[key].value for key in ("MODE", "OWN")} == {"MODE": "fast", "OWN": "mine"}
    assert (given["KEY"].is_secret, len(given["KEY"].value)) == (True, 64)
    assert "MAYBE" not in given
    assert {"MODE": "fast", "OWN": "mine", "KEY": given["KEY"].value}.items() <= seen(yard, app).items()
    assert "app.json adds MODE, KEY to the app's environment" in yard.log(first)
    assert given["KEY"].value not in yard.log(first)
    yard.commit(app, web("version 2", env=asked | {"MODE": "slow"}))
    yard.deploy(app)
    assert variables(yard, app) == given, "they are the operator's to change by now"


def test_variables_that_only_the_operator_knows_are_asked_for(yard):
    app = yard.app(web("version 1", env={"URL": {"description": "where"}, "KEY": {"required": True}}))
    failed = yard.deploy(app, status="failed")
    assert "app.json asks for URL, KEY in the environment" in failed.error_message
    set_variable(yard, app, "URL", "a")
    set_variable(yard, app, "KEY", "b")
    yard.deploy(app)


def test_what_predeploy_changes_is_kept_in_the_image(yard):
    app = yard.app(web("version 1", scripts={"dokku": {"predeploy": 'echo "made $WORD" > /made; echo working'}}))
    with yard.means.database.session() as session:
        environment.set_one(
            session, yard.means.vault, ADA, app, Variable("WORD", "early", phase=environment.Phase.BOTH)
        )
    made = yard.deploy(app)
    assert read(yard, app, "/made") == "made early\n"
    assert "working" in yard.log(made)
    assert seen(yard, app)["DYNO"] == "web.1"


def test_a_predeploy_that_fails_leaves_the_version_before(yard):
    app = yard.app(web("version 1"))
    first = yard.deploy(app)
    yard.commit(app, web("version 2", scripts={"dokku": {"predeploy": "echo broken; exit 4"}}))
    failed = yard.deploy(app, status="failed")
    assert "returned a non-zero code: 4" in failed.error_message
    assert (yard.current(app), yard.running(app)) == (first.id, ["shop.web.1"])


def test_postdeploy_runs_once_the_new_version_serves(yard):
    both = {"postdeploy": "echo once in a life", "dokku": {"postdeploy": "echo served by $DYNO at $GIT_REV"}}
    app = yard.app(web("version 1", scripts=both))
    first = yard.deploy(app)
    assert "once in a life" in yard.log(first)
    assert f"served by postdeploy.1 at {first.commit}" in yard.log(first)
    yard.commit(app, web("version 2", scripts=both))
    second = yard.deploy(app)
    assert "once in a life" not in yard.log(second)
    assert "served by postdeploy.1" in yard.log(second)
    assert set(yard.containers(app)) == {"shop.web.1", "shop.web.1.d1"}


def test_postdeploy_has_no_stage_of_its_own(yard):
    files = web("version 1", scripts={"dokku": {"postdeploy": "true"}}, healthchecks={"web": [{**STAYS, "uptime": 0}]})
    app = yard.app(files, published_port=free_port())
    yard.deploy(app)
    again = yard.deploy(app)
    stages = ["cloning_repo", "building_image", "stopping_old", "starting_new", "checking", "completed"]
    assert [each.stage for each in again.stages] == stages


def test_a_postdeploy_that_fails_is_told_and_takes_nothing_back(yard):
    app = yard.app(web("version 1", scripts={"dokku": {"postdeploy": "exit 5"}}))
    made = yard.deploy(app)
    assert "postdeploy ended with exit code 5. The new version serves all the same." in yard.log(made)
    assert yard.current(app) == made.id
