"""Grants at the Socket.IO doors of a real dashboard: what each opens, and that a withdrawn one ends what is watched,
whoever withdrew it."""

import os
import subprocess
import sys

import pytest
import socketio

from paas.storage.file_lock import FileLock
from tests.dashboard import HERE, USERNAME, Dashboard
from tests.dashboard import PASSWORD as OWNERS
from tests.waiting import eventually
from tests.web.live.deployed import Deployed
from tests.web.live.engine import FakeDocker

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grants")
    lock = FileLock(folder / "data" / "deployments" / "lock")
    assert lock.acquire()
    docker = FakeDocker(tmp_path_factory.mktemp("engine"))
    with docker, Dashboard(folder, docker_host=docker.host) as served:
        served.add_user("eve", PASSWORD, role="member")
        yield served
        served.stop()
    lock.release()


@pytest.fixture(scope="module")
def deployed(served):
    deployed = Deployed(served.folder / "data")
    yield deployed
    deployed.database.close()


@pytest.fixture(scope="module")
def ada(served):
    with served.api(USERNAME, OWNERS) as ada:
        yield ada


@pytest.fixture(scope="module")
def hers(served):
    with served.http("eve", PASSWORD) as hers:
        yield hers


@pytest.fixture
def listen(served, hers):
    opened = []

    def listen(namespace):
        opened.append(served.socket(namespace, session=hers))
        return opened[-1].__enter__()

    yield listen
    for each in opened:
        each.__exit__(None, None, None)


def on_the_command_line(served, *args):
    environment = os.environ | served.environment
    command = [sys.executable, "-m", "paas", "users", *args]
    subprocess.run(command, cwd=HERE, env=environment, check=True, capture_output=True, timeout=60)


def test_each_grant_opens_the_logs_and_deployments_of_its_app_alone(ada, deployed, listen):
    given, other = deployed.app(), deployed.app()
    deployment = deployed.begin(given)
    logs, deployments = listen("/logs"), listen("/deployments")
    asked = [(logs, {"app": given.id}), (deployments, {"app": given.id}), (deployments, {"deployment": deployment})]
    for grant in (None, "view", "deploy", "manage"):
        if grant:
            assert ada.put(f"/api/v1/apps/{given.id}/grants/eve", json={"grant": grant}).ok
            # What the socket knows of eve is renewed within a second.
            eventually(lambda: logs.ask("watch", {"app": given.id, "tail": 0}).get("ok"), 30)
            eventually(lambda: deployments.ask("watch", {"app": given.id}).get("ok"), 30)
        for listener, options in asked:
            answer = listener.ask("watch", options)
            assert (answer.get("ok") is True) is (grant is not None)
            if grant is None:
                assert answer["error"]["kind"] == "not_found"
        assert logs.ask("watch", {"app": other.id})["error"]["kind"] == "not_found"
        assert logs.ask("watch", {"container": "web"})["error"]["kind"] == "forbidden"


@pytest.mark.parametrize("door", ["rest", "command line"])
def test_withdrawn_grant_ends_what_is_watched(served, ada, deployed, listen, door):
    app = deployed.app()
    assert ada.put(f"/api/v1/apps/{app.id}/grants/eve", json={"grant": "view"}).ok
    logs, deployments = listen("/logs"), listen("/deployments")
    watch = logs.ask("watch", {"app": app.id})["watch"]
    other = deployments.ask("watch", {"app": app.id})["watch"]
    if door == "rest":
        assert ada.delete(f"/api/v1/apps/{app.id}/grants/eve").ok
    else:
        on_the_command_line(served, "withdraw", "eve", app.name)
    assert logs.wait_for("problem", 30, watch=watch)["error"]["kind"] == "forbidden"
    assert logs.wait_for("end", 30, watch=watch)
    assert deployments.wait_for("problem", 30, watch=other)["error"]["kind"] == "forbidden"
    assert logs.ask("watch", {"app": app.id})["error"]["kind"] == "not_found"


def test_what_a_socket_refuses_stands_in_the_audit_log(served, ada):
    with served.http("eve", PASSWORD) as session, served.socket("/logs", session=session) as logs:
        assert logs.ask("watch", {"container": "web"})["error"]["kind"] == "forbidden"
        with pytest.raises(socketio.exceptions.ConnectionError):
            socketio.Client(http_session=session, reconnection=False).connect(
                served.address, namespaces=["/containers"], transports=["websocket"]
            )
    found = ada.get("/api/v1/audit?username=eve&action=open").json()["entries"]
    told = {(each["subject"], each["door"], each["result"]) for each in found}
    assert {("socket /logs", "socket", "refused"), ("socket /containers", "socket", "refused")} <= told


def test_nothing_went_wrong_inside(served):
    assert "Traceback" not in served.log
