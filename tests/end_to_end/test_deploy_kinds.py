"""Each kind of app, from its repository or image to answering, and on to its next version."""

import io
import json
from datetime import datetime, timedelta

import pytest

from tests import images
from tests.end_to_end import samples
from tests.end_to_end.deploying import ADeployment
from tests.end_to_end.leftovers import assert_nothing_left_behind
from tests.waiting import eventually


def environment_of(container):
    return dict(pair.split("=", 1) for pair in container.attrs["Config"]["Env"])


def images_of(app):
    return [image for owner, image in app.house.images() if owner == str(app.id)]


@pytest.fixture(autouse=True)
def nothing_left_behind(house):
    yield
    assert_nothing_left_behind(house)


def test_dockerfile_app_answers_and_its_next_version_takes_over(house):
    app = house.app(samples.web("version 1"))
    first = app.deploy()
    with app.asked() as asked:
        asked.assert_always("version 1")
    commit = app.commit(samples.web("version 2"))
    second = app.deploy()
    with app.asked() as asked:
        asked.assert_always("version 2")
    record = second.record()
    assert record["number"] == 2
    assert record["commit"] == commit
    assert record["progress"] == 100
    stages = [stage["stage"] for stage in record["stages"]]
    assert stages[:2] == ["cloning_repo", "building_image"]
    assert set(stages) <= {*stages[:2], "releasing", "starting_new", "checking", "stopping_old", "completed"}
    assert stages[-1] == "completed"
    assert " : COPY www /www" in second.log()
    assert app.row()["deployment"] == second.id
    assert app.running() == [f"{app.name}.web.1"]
    retired = house.engine.client.containers.get(f"{app.name}.web.1.d1")
    assert retired.labels["quayside.deployment"] == str(first.id)


def test_containers_are_as_the_conventions_have_them(house):
    exposes = samples.dockerfile("EXPOSE 8080", command='["httpd", "-f", "-p", "8080", "-h", "/www"]')
    app = house.app(samples.web("version 1", dockerfile=exposes), memory="64m", cpus=0.5)
    app.deploy()
    container = app.container()
    host = container.attrs["HostConfig"]
    assert (host["Init"], host["Memory"], host["NanoCpus"]) == (True, 64 << 20, 500_000_000)
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 10}
    environment = environment_of(container)
    assert environment["DYNO"] == "web.1"
    assert environment["PORT"] == "8080"
    assert environment["GIT_REV"] == app.repository.head() == container.labels["quayside.commit"]
    assert container.labels["quayside.app.name"] == app.name
    assert container.labels["quayside.process"] == "web"


def test_procfile_app_runs_release_once_then_web_and_worker(house):
    procfile = f"web: {samples.SERVES}\nworker: echo working as $DYNO on port [$PORT]; sleep 100000\n"
    procfile += "release: echo released $GIT_REV; touch /released\n"
    files = samples.with_procfile("version 1", procfile, worker=[{"type": "startup", "name": "stays", "uptime": 1}])
    app = house.app(files, scale={"worker": 2})
    first = app.deploy()
    assert app.running() == [f"{app.name}.web.1", f"{app.name}.worker.1", f"{app.name}.worker.2"]
    with app.asked() as asked:
        asked.assert_always("version 1")
    assert first.log().count(f"released {app.repository.head()}") >= 1
    assert "working as worker.2 on port []" in app.container("worker", 2).logs().decode()
    assert "PORT" not in environment_of(app.container("worker", 2))
    # What the release command writes to its own disk is not kept.
    assert app.container().exec_run(["ls", "/released"]).exit_code != 0

    app.change(scale={"worker": 1})
    app.deploy()
    assert app.running() == [f"{app.name}.web.1", f"{app.name}.worker.1"]


def test_process_that_left_the_procfile_is_stopped_with_a_warning(house):
    stays = [{"type": "startup", "name": "stays", "uptime": 1}]
    procfile = f"web: {samples.SERVES}\nworker: sleep 100000\n"
    app = house.app(samples.with_procfile("version 1", procfile, worker=stays), scale={"worker": 1})
    app.deploy()
    last = app.deploy(samples.with_procfile("version 2", f"web: {samples.SERVES}\n"))
    assert app.running() == [f"{app.name}.web.1"]
    assert "worker" in last.log()


def test_python_app_is_recognised_and_its_packages_come_from_the_cache(house):
    images.python_with_pip(house.engine)
    app = house.app(samples.python_app())
    house.say("PUT", f"/apps/{app.id}/environment", {"variables": [{"key": "SHOP", "value": "ada"}]})
    first = app.deploy()
    with app.asked() as asked:
        asked.assert_always("hello ada")
    assert "hello release" in first.log()
    assert "Successfully installed greeting-1.0" in first.log()
    assert "pip install" in first.record()["recipe"]
    second = app.deploy({**samples.python_app(), "README.md": "Only the code has changed.\n"})
    assert "Successfully installed" not in second.log()


def test_static_site_is_recognised_and_served(house):
    app = house.app({"index.html": "a page\n", "app.json": samples.app_json(web=[samples.UP])})
    app.deploy()
    with app.asked() as asked:
        asked.assert_always("a page")


def test_app_of_an_image_without_checks_must_run_for_ten_seconds(house):
    context = io.BytesIO(samples.dockerfile("RUN mkdir -p /www && echo prebuilt > /www/index.html", copies="").encode())
    image, _ = house.engine.client.images.build(fileobj=context, tag="quayside-test/prebuilt:1", rm=True)
    app = house.app(image="quayside-test/prebuilt:1")
    record = app.deploy().record()
    with app.asked() as asked:
        asked.assert_always("prebuilt")
    assert "cloning_repo" not in [stage["stage"] for stage in record["stages"]]
    checking = next(stage for stage in record["stages"] if stage["stage"] == "checking")
    began, ended = (datetime.fromisoformat(checking[key]) for key in ("started_at", "ended_at"))
    assert ended - began >= timedelta(seconds=9)  # counted from the start of its container, just before
    assert app.container().image.id == image.id


def test_second_deployment_of_the_same_commit_builds_nothing_anew(house):
    app = house.app(samples.web("version 1", dockerfile=samples.dockerfile("RUN date +%N > /built")))
    app.deploy()
    again = app.deploy()
    assert again.log().count("Using cache") >= 3


def test_secrets_reach_the_app_and_never_the_log(house):
    secret = "s3cr3t-of-the-shop"
    procfile = f"web: {samples.SERVES}\nrelease: echo the token is $API_TOKEN and the name is $SHOP\n"
    app = house.app(samples.with_procfile("version 1", procfile))
    variables = [
        {"key": "API_TOKEN", "value": secret, "secret": True, "phase": "run"},
        {"key": "SHOP", "value": "corner shop", "secret": False, "phase": "run"},
    ]
    house.say("PUT", f"/apps/{app.id}/environment", {"variables": variables})
    deployment = app.deploy()
    assert environment_of(app.container())["API_TOKEN"] == secret
    log = deployment.log()
    assert "the name is corner shop" in log
    assert secret not in log
    files = [path for path in house.dashboard.folder.rglob("*") if path.is_file()]
    assert [path for path in files if secret.encode() in path.read_bytes()] == []
    assert secret not in json.dumps(deployment.record())


def test_rollback_takes_image_scale_and_environment_of_then(house):
    app = house.app(samples.web("version 1"))
    house.say("PUT", f"/apps/{app.id}/environment", {"variables": [{"key": "THEN", "value": "one"}]})
    first = app.deploy()
    house.say("PUT", f"/apps/{app.id}/environment", {"variables": [{"key": "THEN", "value": "two"}]})
    app.deploy(samples.web("version 2"))
    assert environment_of(app.container())["THEN"] == "two"
    back = first.rollback()
    record = back.wait()
    assert record["rolled_back_from"] == 1
    assert record["commit"] == first.record()["commit"]
    assert environment_of(app.container())["THEN"] == "one"
    with app.asked() as asked:
        asked.assert_always("version 1")


def test_images_and_containers_of_old_deployments_go(house):
    app = house.app(samples.web("version 0"))
    for number in range(1, 7):
        app.deploy(samples.web(f"version {number}"))
    eventually(lambda: len(house.containers(app=app.id)) == 5)
    app.change(scale={"web": 0})
    for number in range(7, 12):
        app.deploy(samples.web(f"version {number}"))
    eventually(lambda: len(images_of(app)) == 10)
    assert app.running() == []
    first = ADeployment(app, house.say("GET", f"/apps/{app.id}/deployments/1")["id"], 1)
    assert house.ask("POST", f"/deployments/{first.id}/rollback").status_code in (404, 409)


def test_deleted_app_leaves_nothing(house):
    app = house.app(samples.web("version 1"))
    app.deploy()
    house.say("DELETE", f"/apps/{app.id}", {"name": app.name})
    eventually(lambda: not house.containers(app=app.id), 20)
    eventually(lambda: not images_of(app), 20)
