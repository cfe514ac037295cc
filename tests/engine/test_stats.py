"""What containers use, asked of an engine that answers, drips, breaks off, talks nonsense or says nothing."""

import json
import threading

import pytest

from paas.engine import stats
from paas.engine.stats import Machine, Stats
from paas.errors import NotFound, Unavailable
from tests.engine.scripted_socket import HEAD_10

ANSWER = {"cpu_stats": {"system_cpu_usage": 5}}
LINE = json.dumps(ANSWER).encode() + b"\n"


@pytest.fixture
def asked(engine):
    """The engine's stats, of a client that needs no more than its address."""

    class Client:
        address = engine.address

    return Stats(Client())


@pytest.mark.parametrize(("pair", "query"), [(True, "stream=0"), (False, "stream=0&one-shot=1")])
def test_one_answer_comes_in_pieces(engine, asked, pair, query):
    engine.answer(HEAD_10, LINE[:7], LINE[7:])
    assert asked.read("f00d", pair=pair) == ANSWER
    assert engine.requests[0].startswith(f"GET /containers/f00d/stats?{query} HTTP/1.0\r\n")


def test_a_container_that_has_gone_is_not_found(engine, asked):
    engine.answer(b"HTTP/1.0 404 Not Found\r\n\r\n", b'{"message": "No such container"}')
    with pytest.raises(NotFound):
        asked.read("f00d", pair=True)


@pytest.mark.parametrize("nonsense", [b"", LINE[:7], b"[1, 2]", b"hello"])
def test_what_is_no_answer_is_told(engine, asked, nonsense):
    engine.answer(HEAD_10, nonsense)
    with pytest.raises(Unavailable):
        asked.read("f00d", pair=True)


def test_an_answer_without_end_is_given_up(engine, asked, monkeypatch):
    monkeypatch.setattr(stats, "LONGEST_ANSWER_BYTES", 1000)
    engine.answer(HEAD_10, b"[" * 1001)
    with pytest.raises(Unavailable, match="as a Docker Engine does"):
        asked.read("f00d", pair=True)


def test_the_whole_answer_has_its_time_however_it_drips(engine, asked, monkeypatch):
    monkeypatch.setattr(stats, "ANSWER_SECONDS", 0.05)
    released = threading.Event()
    engine.answer(HEAD_10, LINE[:7], released)
    with pytest.raises(Unavailable, match="in time"):
        asked.read("f00d", pair=True)
    released.set()


def test_followed_answers_come_one_by_one_whatever_the_pieces(engine, asked):
    engine.answer(HEAD_10, LINE[:9], LINE[9:] + LINE + LINE[:3], LINE[3:])
    with asked.follow("f00d") as readings:
        assert list(readings) == [ANSWER] * 3
    assert engine.requests[0].startswith("GET /containers/f00d/stats?stream=1 HTTP/1.0\r\n")


def test_an_engine_that_falls_silent_is_given_up(engine, asked, monkeypatch):
    monkeypatch.setattr(stats, "ANSWER_SECONDS", 0.05)
    released = threading.Event()
    engine.answer(HEAD_10, LINE, released)
    with asked.follow("f00d") as readings:
        answers = iter(readings)
        assert next(answers) == ANSWER
        with pytest.raises(Unavailable, match="stopped telling"):
            next(answers)
    released.set()


@pytest.mark.parametrize("rest", [LINE[:7], b"nonsense\n"])
def test_an_engine_that_breaks_off_is_told(engine, asked, rest):
    engine.answer(HEAD_10, LINE, rest)
    with asked.follow("f00d") as readings, pytest.raises(Unavailable):
        list(readings)


def test_a_line_without_end_is_given_up(engine, asked, monkeypatch):
    monkeypatch.setattr(stats, "LONGEST_ANSWER_BYTES", 1000)
    engine.answer(HEAD_10, b"[" * 1001, b"[")
    with asked.follow("f00d") as readings, pytest.raises(Unavailable, match="as a Docker Engine does"):
        list(readings)


def test_following_can_be_ended_from_elsewhere(engine, asked):
    released = threading.Event()
    engine.answer(HEAD_10, LINE, released)
    with asked.follow("f00d") as readings:
        answers = iter(readings)
        next(answers)
        threading.Timer(0.01, readings.abort).start()
        assert list(answers) == []
    released.set()


def test_what_a_real_engine_tells(real_engine, ours):
    made = real_engine.client.containers.run(
        real_engine.client.images.list()[0].id, ["sleep", "1000"], detach=True, stop_signal="SIGKILL"
    )
    try:
        pair = ours.stats.read(made.id, pair=True)
        with ours.stats.follow(made.id) as readings:
            followed = next(iter(readings))
        assert pair["cpu_stats"]["system_cpu_usage"] > pair["precpu_stats"]["system_cpu_usage"]
        assert followed["cpu_stats"]["system_cpu_usage"] > pair["cpu_stats"]["system_cpu_usage"]
    finally:
        made.remove(force=True)
    info = real_engine.client.info()
    assert ours.stats.machine() == Machine(info["Images"], info["DockerRootDir"])
    assert ours.stats.disk_used() > 1_000_000  # busybox and its libraries


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"LayersSize": 100}, 100),
        ({"LayersSize": 100, "Containers": [{"SizeRw": 5}, {"SizeRw": None}, {}], "Volumes": None}, 105),
        ({"Volumes": [{"UsageData": {"Size": 7}}, {"UsageData": {"Size": -1}}, {"UsageData": None}, {}]}, 7),
        ({"BuildCache": [{"Size": 3, "Shared": False}, {"Size": 9, "Shared": True}]}, 3),
        ({}, 0),
    ],
)
def test_what_the_disk_holds_is_added_up_as_docker_does(answer, expected):
    assert stats._disk_used(answer) == expected
