"""``/ws/container/logs`` of a real dashboard."""

import re

import pytest

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture
def logs(connect, shop):
    """``logs(tail=3)`` -> a socket that shows the log of the app."""

    def logs(app=shop, **query):
        return connect(f"/ws/container/logs?appId={app}" + "".join(f"&{name}={text}" for name, text in query.items()))

    return logs


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
    first = logs(tail=0)
    docker.say("web", *(f"line {number}" for number in range(40)))
    first.wait_for_lines("line 39")
    for number in (0, 17, 39):
        position = next(data["position"] for data in first.all("log") if data["line"] == f"line {number}")
        docker.say("web", "more")
        again = logs(position=position)
        again.wait_for_lines("more")
        assert again.lines[: 39 - number] == [f"line {other}" for other in range(number + 1, 40)]
        assert set(again.lines[39 - number :]) == {"more"}


def test_a_filter_chooses_lines(docker, logs):
    client = logs(contains="apple", tail=5)
    docker.say("web", "an APPLE", "a pear", "apples")
    client.wait_for_lines("an APPLE", "apples")
