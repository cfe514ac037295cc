"""What was built once is deployed again: for another scale, another environment, or to go back."""

import io

from paas.apps import environment
from paas.apps.app import Kind
from paas.apps.variables import Variable
from paas.deployments.pipeline import checks
from paas.deployments.plans.manifest import Check
from paas.engine import labels
from tests import images
from tests.deployments.live.yard import ADA
from tests.end_to_end import samples

UP = [{"type": "startup", "uptime": 0}]
PROCFILE = f"web: {samples.SERVES}\nworker: sleep 100000\nrelease: echo released\n"


def version(text, **more):
    return {**samples.with_procfile(text, PROCFILE, checks=UP, worker=UP), **more}


def set_variable(yard, app, key, value):
    with yard.means.database.session() as session:
        environment.set_one(session, yard.means.vault, ADA, app, Variable(key, value))


def environment_of(yard, app, name):
    row = yard.private_engine.client.api.inspect_container(yard.containers(app)[name].id)
    return dict(pair.split("=", 1) for pair in row["Config"]["Env"])


def test_another_scale_takes_the_same_image_and_runs_no_release(yard):
    app = yard.app(version("version 1"))
    first = yard.deploy(app)
    assert "released" in yard.log(first)
    app = yard.change(app, scale={"web": 2, "worker": 1})
    second = yard.deploy(app, trigger="scale", reuses=1)
    assert yard.running(app) == ["shop.web.1", "shop.web.2", "shop.worker.1"]
    assert (second.image_id, second.commit) == (first.image_id, first.commit)
    assert [each.stage for each in second.stages] == ["starting_new", "checking", "stopping_old", "completed"]
    assert "released" not in yard.log(second)

    app = yard.change(app, scale={"web": 0})
    yard.deploy(app, trigger="scale", reuses=2)
    assert yard.running(app) == []
    yard.deploy(yard.change(app, scale={}), trigger="scale", reuses=3)
    assert yard.running(app) == ["shop.web.1"]


def test_another_environment_takes_the_same_image(yard):
    app = yard.app(version("version 1"))
    set_variable(yard, app, "COLOUR", "red")
    first = yard.deploy(app)
    set_variable(yard, app, "COLOUR", "blue")
    second = yard.deploy(app, trigger="environment", reuses=1)
    assert second.image_id == first.image_id
    assert environment_of(yard, app, "shop.web.1")["COLOUR"] == "blue"
    assert environment_of(yard, app, "shop.web.1.d1")["COLOUR"] == "red"


def test_a_rollback_takes_image_scale_and_environment_of_then_and_the_limits_of_now(yard):
    app = yard.app(version("version 1"), scale={"worker": 1})
    set_variable(yard, app, "COLOUR", "red")
    first = yard.deploy(app)
    set_variable(yard, app, "COLOUR", "blue")
    app = yard.change(app, scale={"worker": 0}, memory_bytes=64 << 20)
    yard.commit(app, version("version 2"))
    yard.deploy(app)
    back = yard.deploy(app, trigger="rollback", rollback_of=1)
    assert (back.image_id, back.commit, back.commit_subject) == (first.image_id, first.commit, first.commit_subject)
    assert yard.running(app) == ["shop.web.1", "shop.worker.1"]
    assert environment_of(yard, app, "shop.web.1")["COLOUR"] == "red"
    assert environment_of(yard, app, "shop.web.1")["GIT_REV"] == first.commit
    row = yard.private_engine.client.api.inspect_container("shop.web.1")
    assert row["HostConfig"]["Memory"] == 64 << 20


def test_an_image_that_is_gone_is_told_and_nothing_is_touched(yard):
    app = yard.app(version("version 1"))
    first = yard.deploy(app)
    yard.commit(app, version("version 2"))
    second = yard.deploy(app)
    yard.workloads.remove(yard.containers(app)["shop.web.1.d1"].id)
    yard.means.engine.images.remove(f"{yard.means.repository(app)}:1")
    failed = yard.deploy(app, status="failed", trigger="rollback", rollback_of=first.number)
    assert "The image of deployment 1 is gone" in failed.error_message
    assert yard.current(app) == second.id
    assert yard.running(app) == ["shop.web.1"]


def test_an_image_that_still_serves_keeps_a_name_however_old_its_deployment_is(yard):
    app = yard.app(version("version 1"))
    yard.deploy(app)
    last = None
    for _ in range(11):
        app = yard.change(app, scale={"worker": 1 - app.scale.get("worker", 0)})
        last = yard.deploy(app, trigger="scale", reuses=last.number if last else 1)
    assert yard.means.engine.images.find(last.image_id) is not None
    assert f"{yard.means.repository(app)}:{last.number}" in yard.means.engine.images.find(last.image_id).tags
    assert len({each.labels[labels.DEPLOYMENT] for each in yard.containers(app).values()}) == 5


def test_an_app_of_an_image_is_run_as_the_image_says(yard, monkeypatch):
    monkeypatch.setattr(checks, "ALIVE", Check(uptime_seconds=1))  # an image has no app.json to say so
    recipe = f'FROM {images.BUSYBOX}\nCMD ["sleep", "100000"]\n'.encode()
    said = yard.private_engine.client.api.build(fileobj=io.BytesIO(recipe), tag="quayside-test/prebuilt:1", decode=True)
    image = next(each["aux"]["ID"] for each in said if "aux" in each)
    try:
        app = yard.app(kind=Kind.IMAGE, image="quayside-test/prebuilt:1")
        deployed = yard.deploy(app)
        assert deployed.image_id == image
        assert deployed.stages[0].stage == "building_image"
        assert yard.running(app) == ["shop.web.1"]
    finally:
        yard.means.engine.images.remove("quayside-test/prebuilt:1")
    again = yard.deploy(app, trigger="rollback", rollback_of=1)
    assert again.image_id == image, "our own name has kept it"


def test_an_image_that_nobody_has_is_told(yard):
    app = yard.app(kind=Kind.IMAGE, image="127.0.0.1:1/nowhere:1")
    failed = yard.deploy(app, status="failed")
    assert "127.0.0.1:1/nowhere:1" in failed.error_message
    assert failed.stage == "building_image"


def test_an_image_without_a_command_is_told(yard):
    app = yard.app(kind=Kind.IMAGE, image=images.BUSYBOX)
    failed = yard.deploy(app, status="failed")
    assert "web.1 could not be started: " in failed.error_message
    assert "No command specified" in failed.error_message
    assert yard.containers(app) == {}
