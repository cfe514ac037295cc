"""``/ws/metrics``: one object a second, made once for all who look, and to whom it is not told twice."""

import json

import pytest
from wsproto.frame_protocol import FrameProtocol

from paas.web.shapes.metrics import bare
from paas.web.sockets.metrics import Board, MetricsView
from tests.metrics.samples import AT, snapshot


class FakeSampler:
    def __init__(self):
        self.last = None
        self.lookers = 0
        self.listeners = []

    def listen(self, listener):
        self.listeners.append(listener)

    def look(self):
        self.lookers += 1
        return self._end

    def sample(self, at=AT, **changes):
        self.last = snapshot(at=at, **changes)
        for listener in self.listeners:
            listener(self.last)

    def _end(self):
        self.lookers -= 1


class FakeSocket:
    def __init__(self):
        self.frames = []
        self.is_idle = True

    def send(self, frames):
        self.frames.append(frames)

    @property
    def said(self):
        reader = FrameProtocol(client=True, extensions=[])
        reader.receive_bytes(b"".join(self.frames))
        return [json.loads(frame.payload) for frame in reader.received_frames()]


@pytest.fixture
def sampler():
    return FakeSampler()


@pytest.fixture
def board(sampler):
    return Board(sampler)


def test_who_comes_is_shown_the_last_sample_and_then_each_one(sampler, board):
    sampler.sample(at=AT)
    view = MetricsView(FakeSocket(), board)
    view.run()
    sampler.sample(at=AT + 1)
    assert view.socket.said == [bare(snapshot(at=AT)), bare(snapshot(at=AT + 1))]


def test_before_the_first_sample_there_is_nothing_to_show(sampler, board):
    view = MetricsView(FakeSocket(), board)
    view.run()
    assert view.socket.said == []
    sampler.sample()
    assert len(view.socket.said) == 1


def test_a_sample_is_packed_once_for_all(sampler, board):
    views = [MetricsView(FakeSocket(), board) for _ in range(3)]
    for view in views:
        view.run()
    sampler.sample()
    assert len({id(view.socket.frames[0]) for view in views}) == 1


def test_a_slow_client_is_given_the_newest_and_no_backlog(sampler, board):
    slow = MetricsView(FakeSocket(), board)
    slow.run()
    sampler.sample(cpu_percent=1.0)
    slow.socket.is_idle = False
    for number in range(2, 10):
        sampler.sample(cpu_percent=float(number))
    slow.socket.is_idle = True
    sampler.sample(cpu_percent=10.0)
    assert [message["cpu"]["usage"] for message in slow.socket.said] == [1.0, 10.0]


def test_each_client_looks_until_it_goes_and_one_that_went_at_once_never_does(sampler, board):
    first, second, gone = (MetricsView(FakeSocket(), board) for _ in range(3))
    first.run()
    second.run()
    gone.leave()
    gone.run()
    assert sampler.lookers == 2
    for view in (first, first, second, gone):
        view.leave()
    assert sampler.lookers == 0
    sampler.sample()
    assert first.socket.said == gone.socket.said == []


def test_dashboard_tells_all_the_same_a_second_after_the_other(docker, connect):
    one, other = connect("/ws/metrics"), connect("/ws/metrics")
    for client in (one, other):
        client.read_until(lambda client=client: len(set(client.frames)) >= 4)
    assert len(set(one.frames) & set(other.frames)) >= 2
    told = [json.loads(frame) for frame in one.frames]
    assert [message["timestamp"] for message in told] == sorted({message["timestamp"] for message in told})
    assert told[-1]["docker"] == {"containers_running": 3, "containers_total": 3, "images": 4}
    assert 0 < told[-1]["memory"]["used"] < told[-1]["memory"]["total"]


def test_what_a_viewer_says_is_passed_over(connect):
    client = connect("/ws/metrics?tail=nonsense")
    for text in ("", "{", '{"type":"status"}', "x" * 60_000):
        client.socket.send(text)
    client.socket.send_binary(b"\x00\xff")
    client.read_until(lambda: len(client.frames) >= 3)
    assert client.code is None
