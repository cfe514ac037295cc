"""``/ws/container/logs`` of a real dashboard."""

import re

from paas.deployments.stages import Status
from paas.storage.tables import DeploymentRow
from tests.waiting import eventually

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def test_status_comes_first_then_the_last_lines_then_what_is_written(docker, logs):
    docker.say("web", *(f"past {number}" for number in range(150)))
    client = logs()
    client.wait_for_lines(*(f"past {number}" for number in range(50, 150)))
    assert len(client.lines) == 100
    first = client.messages[0]
    assert first["type"] == "status"
    assert first["data"] == {"container": "web", "state": "running", "status": "Up 2 hours"}
    docker.say("web", "now")
    client.wait_for_lines("now")
    assert {message["type"] for message in client.messages} == {"status", "log"}
    assert all(set(message) == {"type", "timestamp", "data"} for message in client.messages)
    assert all(RFC3339.fullmatch(message["timestamp"]) for message in client.messages)
    assert set(client.all("log")[-1]) == {"line", "stream", "process", "position"}
    assert client.all("log")[-1]["stream"] == "stdout"


def test_a_client_goes_on_after_any_line(docker, logs):
    docker.say("web", *(f"line {number}" for number in range(40)))
    first = logs()
    first.wait_for_lines("line 39")
    positions = {data["line"]: data["position"] for data in first.all("log")}
    for number in (0, 17, 39):
        position = positions[f"line {number}"]
        docker.say("web", "more")
        again = logs(position=position)
        again.wait_for_lines("more")
        assert again.lines[: 39 - number] == [f"line {other}" for other in range(number + 1, 40)]
        assert set(again.lines[39 - number :]) == {"more"}


def test_who_comes_back_late_is_told_how_many_lines_are_not_given(docker, logs):
    docker.say("web", "seen")
    first = logs(tail=1)
    first.wait_for_lines("seen")
    position = first.all("log")[-1]["position"]
    docker.say("web", *range(2_500))
    first.wait_for_lines("2499")
    again = logs(position=position)
    again.wait_for_lines("2499")
    assert again.all("log")[0]["skipped"] == 1_500
    assert again.lines == [str(number) for number in range(1_500, 2_500)]


def test_a_filter_chooses_lines(docker, logs):
    docker.say("web", "an APPLE", "a pear", "apples")
    client = logs(contains="apple", tail=2)
    client.wait_for_lines("an APPLE", "apples")
    docker.say("web", "a plum", "pineapple")
    client.wait_for_lines("apples", "pineapple")


def test_container_that_is_not_there_or_does_not_run(docker, deployed, worker, logs):
    client = logs(deployed.adopted("ghost").id)
    client.read_to_the_end()
    assert [message["type"] for message in client.messages] == ["error"]
    assert client.all("error") == [{"message": "Container not found"}]
    docker.end("worker")
    eventually(lambda: _told_of(logs(worker))[-1] == "Container is not running (state: exited)")
    client = logs(worker)
    client.read_to_the_end()
    assert client.all("status") == [{"container": "worker", "state": "exited", "status": "Exited (0) 2 minutes ago"}]
    assert [message["type"] for message in client.messages] == ["status", "error"]
    assert client.code == 1000
    docker.start("worker")


def _told_of(client):
    client.wait_for("status")
    client.read(2)
    return [data["message"] for data in client.all("error")] or [""]


def test_log_ends_when_nothing_runs_any_more_after_its_last_line(docker, worker, logs):
    eventually(lambda: _told_of(logs(worker)) == [""])
    client = logs(worker)
    client.wait_for("status", state="running")
    docker.say("worker", *range(50), "the last")
    docker.end("worker")
    client.read_to_the_end()
    assert client.lines[-2:] == ["49", "the last"]
    assert client.messages[-1]["type"] == "end"
    assert client.all("end") == [{"message": "Log stream ended"}]
    assert client.all("status")[-1]["state"] == "exited"
    assert (client.code, client.all("error")) == (1000, [])
    docker.start("worker")


def test_restart_ends_nothing(docker, worker, logs):
    eventually(lambda: _told_of(logs(worker)) == [""])
    client = logs(worker)
    client.wait_for("status", state="running")
    docker.say("worker", "before")
    client.wait_for_lines("before")
    docker.end("worker")
    docker.start("worker")
    docker.say("worker", "after")
    client.wait_for_lines("before", "after")
    assert (client.code, client.all("end")) == (None, [])


def test_deployment_under_way_puts_the_end_off(docker, deployed, worker, logs):
    eventually(lambda: _told_of(logs(worker)) == [""])
    deployment_id = deployed.begin(deployed.app())
    with deployed.database.session() as session:
        session.get(DeploymentRow, deployment_id).app_id = worker
    client = logs(worker)
    client.wait_for("status", state="running")
    docker.end("worker")
    client.wait_for("status", state="exited")
    client.read(2.5)
    assert (client.code, client.all("end")) == (None, [])
    deployed.records.end(deployment_id, Status.FAILED, "It broke.")
    client.read_to_the_end()
    assert client.all("end")
    docker.start("worker")
