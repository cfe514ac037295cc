"""What the views of raw sockets make of what the feeds hand them."""

import json
from types import SimpleNamespace

import pytest
from wsproto.frame_protocol import FrameProtocol

from paas.broadcast import Batch, Mark, Marker
from paas.logs.feed import Status
from paas.web.context import KEY
from paas.web.sockets.app_stream import AppStream
from paas.web.sockets.container_logs import ContainerLogs, Wanted

POSITION = "aaaaaaaaaaaa.o2026-11-20T10:00:01.000000000Z"


class FakeSocket:
    def __init__(self):
        self.sent = []

    def send(self, frames, sent=None):
        self.sent.append(frames)
        if sent is not None:
            sent()

    def said(self):
        reader = FrameProtocol(client=True, extensions=[])
        reader.receive_bytes(b"".join(self.sent))
        return [frame.payload for frame in reader.received_frames()]


class FakeWatch:
    def __init__(self):
        self.taken_to = []

    def taken(self, position):
        self.taken_to.append(position)


@pytest.fixture
def application():
    return SimpleNamespace(extensions={KEY: SimpleNamespace(hub=None, engine=None)})


@pytest.fixture
def make(application):
    app = SimpleNamespace(id=1)

    def make(kind=ContainerLogs):
        view = kind(FakeSocket(), application, app, *([Wanted()] if kind is ContainerLogs else []))
        view._watch = FakeWatch()
        return view

    return make


def batch(text="text"):
    return Batch(0, 0, ((POSITION, "2026-11-20T10:00:01.000000000Z", "web.1", "stdout", text),))


def marker(kind):
    return Marker(kind, "Something happened", "", POSITION)


def skipped(view):
    messages = [json.loads(text) for text in view.socket.said()]
    return [message["data"].get("skipped", 0) for message in messages if message["type"] == "log"]


def test_what_has_gone_is_confirmed(make):
    view = make()
    view.lines(batch(), 0)
    assert view._watch.taken_to == [POSITION]


def test_lines_that_a_marker_tells_to_be_missing_are_told_with_the_next_line(make):
    view = make()
    view.marker(marker("started"), 4)
    view.lines(batch(), 3)
    view.lines(batch(), 0)
    assert skipped(view) == [7, 0]


def test_of_a_crowd_only_those_who_miss_lines_are_told_so(make):
    first, second = make(), make()
    second.marker(marker("started"), 4)
    first.crowd([first, second], batch())
    first.crowd([first, second], Mark(1, 1, marker("exited")))
    assert (skipped(first), skipped(second)) == ([0], [4])
    assert first._watch.taken_to == second._watch.taken_to == [POSITION]


def test_bare_lines_bear_what_is_missing_too(make):
    first, second = make(AppStream), make(AppStream)
    second.marker(marker("started"), 4)
    first.crowd([first, second], batch())
    first.crowd([first, second], Mark(1, 1, marker("exited")))
    assert first.socket.said() == ["text"]
    assert second.socket.said() == ["[4 lines were skipped here]", "text"]


def test_views_of_a_kind_are_one_crowd_and_those_of_two_kinds_are_not(make):
    """They may watch the same channel, and say its lines each in their own way."""
    assert make().crowd == make().crowd
    assert hash(make().crowd) == hash(make().crowd)
    assert make().crowd != make(AppStream).crowd


@pytest.mark.parametrize(("kind", "is_told"), [("rotated", True), ("replaced", True), ("started", False)])
def test_marker_is_told_where_lines_may_be_lost(make, kind, is_told):
    view = make()
    view.marker(marker(kind), 0)
    assert [json.loads(text)["data"]["message"] for text in view.socket.said()] == ["Something happened."] * is_told


def test_engine_that_is_lost_is_told_once_until_it_is_back(make):
    view = make()
    for state in ("lost", "lost", "live", "lost"):
        view.status(Status(state, "The engine does not answer."))
    assert [json.loads(text)["type"] for text in view.socket.said()] == ["error", "error"]
