"""From one version to the next on a real engine: who serves under which name, when, and what becomes of the others."""

import socket
from contextlib import closing

from paas.apps.app import Mount
from paas.deployments import containers, power
from paas.engine import labels
from tests import images
from tests.dashboard import free_port
from tests.deployments.live.yard import ADA
from tests.end_to_end import holding, samples

FAST = {"type": "startup", "name": "answers", "path": "/", "attempts": 20, "wait": 1}
STAYS = {"type": "startup", "uptime": 1}


def web(version, **more):
    return samples.web(version, checks=[FAST], **more)


def test_the_new_version_takes_over_the_names_and_the_old_one_rests(yard):
    app = yard.app(web("version 1"))
    first = yard.deploy(app)
    assert yard.running(app) == ["shop.web.1"]
    yard.commit(app, web("version 2"))
    second = yard.deploy(app)
    containers = yard.containers(app)
    states = {name: each.state for name, each in containers.items()}
    assert states == {"shop.web.1": "running", "shop.web.1.d1": "exited"}
    assert containers["shop.web.1"].labels[labels.DEPLOYMENT] == str(second.id) == str(yard.current(app))
    assert containers["shop.web.1.d1"].labels[labels.DEPLOYMENT] == str(first.id)
    assert containers["shop.web.1"].restart_policy == "on-failure:10"
    assert containers["shop.web.1.d1"].restart_policy == "no", "or the engine would start it one day"


def test_a_new_container_is_not_restarted_before_it_has_passed(yard):
    """What exits during its checks has failed once and for all; its exit code is still there to be told."""
    command = '["sh", "-c", "echo cannot begin; exit 3"]'
    app = yard.app(web("bad", dockerfile=samples.dockerfile(command=command)), restart_policy="always")
    failed = yard.deploy(app, status="failed")
    assert "exit code 3" in failed.error_message
    kept = yard.containers(app)["shop.web.1.d1"]
    assert (kept.state, kept.restarts, kept.restart_policy) == ("exited", 0, "no")
    assert "cannot begin" in yard.log(failed)
    assert yard.current(app) is None


def test_what_somebody_had_stopped_is_not_started_by_a_deployment_that_fails(yard):
    app = yard.app(web("version 1"))
    yard.deploy(app)
    power.stop(yard.means.database, yard.means.engine, ADA, yard.reloaded(app))
    yard.commit(app, web("bad", dockerfile=samples.dockerfile(command='["sh", "-c", "exit 1"]')))
    yard.deploy(yard.reloaded(app), status="failed")
    assert yard.running(app) == []
    power.start(yard.means.database, yard.means.engine, ADA, yard.reloaded(app))
    assert yard.running(app) == ["shop.web.1"]


def test_an_app_with_another_name_is_served_under_it_from_the_next_deployment_on(yard):
    app = yard.app(web("version 1"))
    yard.deploy(app)
    app = yard.change(app, name="store")
    yard.deploy(app)
    assert yard.running(app) == ["store.web.1"]
    assert "shop.web.1.d1" in yard.containers(app)


def test_files_in_a_volume_outlive_the_version_and_are_the_apps_own(yard):
    data = (Mount("volume", "files", "/files"),)
    app, other = yard.app(web("version 1"), mounts=data), yard.app(web("other"), name="other", mounts=data)
    for each in (app, other):
        yard.deploy(each)
    serving = yard.containers(app)["shop.web.1"]
    assert yard.workloads.run(serving.id, ("touch", "/files/kept"), seconds=5)[0] == 0
    yard.deploy(app)
    serving, stranger = yard.containers(app)["shop.web.1"], yard.containers(other)["other.web.1"]
    assert yard.workloads.run(serving.id, ("ls", "/files"), seconds=5) == (0, "kept\n")
    assert yard.workloads.run(stranger.id, ("ls", "/files"), seconds=5) == (0, "")


def test_containers_stop_within_their_grace_and_by_force_after_it(yard, monkeypatch):
    monkeypatch.setattr(containers, "GRACE_SECONDS", 1.0)
    app = yard.app({**web("deaf", dockerfile=holding.DEAF), "deaf": samples.DEAF})
    yard.deploy(app)
    yard.commit(app, web("version 2"))
    yard.deploy(app)
    assert yard.containers(app)["shop.web.1.d1"].exit_code == 137
    yard.deploy(app)
    assert yard.containers(app)["shop.web.1.d2"].exit_code == 143


def test_processes_start_together_and_one_that_fails_fails_all(yard):
    procfile = f"web: {samples.SERVES}\nworker: echo no work; exit 2\n"
    files = samples.with_procfile("version 1", procfile, checks=[FAST], worker=[STAYS])
    app = yard.app(files, scale={"worker": 2})
    failed = yard.deploy(app, status="failed")
    assert "worker." in failed.error_message
    assert "exit code 2" in failed.error_message
    assert "no work" in yard.log(failed)
    assert yard.running(app) == []
    assert sorted(yard.containers(app)) == ["shop.web.1.d1", "shop.worker.1.d1", "shop.worker.2.d1"]


def test_a_host_port_that_is_taken_is_told_with_who_has_it(yard):
    port, api = free_port(), yard.private_engine.client.api
    app = yard.app(web("version 1"), published_port=port)
    with closing(socket.create_server(("0.0.0.0", port))):
        failed = yard.deploy(app, status="failed")
    assert failed.error_message.startswith(f"web.1 could not be started: Port {port} of the host is taken by a program")
    assert "Choose another port in the app's settings, or stop what uses it." in failed.error_message
    host = api.create_host_config(port_bindings={80: port}, network_mode="quayside")
    holder = api.create_container(images.BUSYBOX, ["sleep", "100"], name="nginx", ports=[80], host_config=host)["Id"]
    try:
        api.start(holder)
        failed = yard.deploy(app, status="failed")
    finally:
        api.remove_container(holder, force=True)
    assert f"Port {port} of the host is taken by the container nginx." in failed.error_message
    assert yard.deploy(app).status == "success"
