"""``/ws/deployment/logs`` of a real dashboard."""

import pytest

from paas.deployments.stages import Stage, Status
from paas.storage.tables import AppRow


@pytest.fixture
def watch(connect):
    """``watch(id)`` -> a socket that shows this deployment."""

    def watch(deployment_id, **query):
        rest = "".join(f"&{name}={text}" for name, text in query.items())
        return connect(f"/ws/deployment/logs?deploymentId={deployment_id}{rest}")

    return watch


def test_status_comes_first_then_all_so_far_then_what_comes_and_the_end(deployed, watch):
    deployment_id = deployed.begin(deployed.app())
    deployed.say(deployment_id, "one", "two")
    client = watch(deployment_id)
    client.wait_for_lines("one", "two")
    assert client.messages[0]["type"] == "status"
    assert client.messages[0]["data"] == {
        "deployment_id": deployment_id, "status": "building", "stage": "cloning_repo", "progress": 25,
        "message": "Fetching", "error_message": "",
    }  # fmt: skip
    assert set(client.all("log")[0]) == {"line", "stream", "position"}
    deployed.records.enter(deployment_id, Stage.STARTING, "Starting web.1")
    client.wait_for("status", status="deploying", stage="starting_new", progress=80)
    deployed.say(deployment_id, *range(3_000))
    deployed.records.enter(deployment_id, Stage.COMPLETED)
    client.read_to_the_end()
    assert client.lines == ["one", "two", *map(str, range(3_000))]
    assert [data["status"] for data in client.all("status")] == ["building", "deploying", "success"]
    assert client.all("status")[-1]["progress"] == 100
    assert client.messages[-1]["type"] == "end"
    assert client.messages[-1]["data"] == {"message": "Log stream ended"}
    assert (client.code, client.all("error")) == (1000, [])


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED, Status.INTERRUPTED])
def test_one_that_is_over_is_shown_whole_with_why_and_ends(deployed, watch, status):
    deployment_id = deployed.begin(deployed.app())
    deployed.say(deployment_id, "it broke")
    deployed.records.end(deployment_id, status, "It broke.")
    client = watch(deployment_id)
    client.read_to_the_end()
    assert [message["type"] for message in client.messages] == ["status", "log", "error", "end"]
    assert client.messages[0]["data"]["status"] == status
    assert client.messages[0]["data"]["progress"] == 25
    assert client.all("error") == [{"message": "It broke."}]


def test_one_that_fails_while_it_is_watched_says_so_before_it_ends(deployed, watch):
    deployment_id = deployed.begin(deployed.app())
    client = watch(deployment_id)
    client.wait_for("status")
    deployed.say(deployment_id, "exit code 1")
    deployed.records.end(deployment_id, Status.FAILED, "Docker build failed: exit code 1")
    client.read_to_the_end()
    assert [message["type"] for message in client.messages][-2:] == ["error", "end"]
    assert client.all("status")[-1]["status"] == "failed"
    assert client.all("error") == [{"message": "Docker build failed: exit code 1"}]
    assert client.lines == ["exit code 1"]


def test_one_that_waits_is_pending(deployed, watch):
    client = watch(deployed.request(deployed.app()).id)
    status = client.wait_for("status")
    assert (status["status"], status["progress"], status["stage"]) == ("pending", 0, "")


def test_a_client_goes_on_after_a_line_or_takes_the_last_ones(deployed, watch):
    deployment_id = deployed.begin(deployed.app())
    deployed.say(deployment_id, *range(10))
    first = watch(deployment_id)
    first.wait_for_lines("9")
    again = watch(deployment_id, position=first.all("log")[6]["position"])
    last = watch(deployment_id, tail=2)
    deployed.say(deployment_id, "more")
    again.wait_for_lines("7", "8", "9", "more")
    last.wait_for_lines("8", "9", "more")
    assert (len(again.lines), len(last.lines)) == (4, 3)


def test_line_of_a_megabyte_arrives_whole(deployed, watch):
    deployment_id = deployed.begin(deployed.app())
    deployed.say(deployment_id, "x" * 1024 * 1024, "after")
    client = watch(deployment_id)
    client.wait_for_lines("x" * 1024 * 1024, "after")


def test_deleted_app_ends_what_is_shown_of_its_deployment(deployed, watch):
    app = deployed.app()
    client = watch(deployed.begin(app))
    client.wait_for("status")
    with deployed.database.session() as session:
        session.delete(session.get(AppRow, app.id))
    client.read_to_the_end()
    assert client.code == 1000
    assert client.all("error")
