"""What is said over a raw socket, read back as a client reads it."""

import json

import pytest
from wsproto.frame_protocol import FrameProtocol

from paas.broadcast import Batch
from paas.logs.app.place import parse_place
from paas.web.sockets import messages

WEB, WORKER = "aaaaaaaaaaaa", "bbbbbbbbbbbb"


def position(container, second):
    return f"{container}.o2026-11-20T10:00:{second:02}.000000000Z"


def row(container, second, text="text"):
    return (position(container, second), f"2026-11-20T10:00:{second:02}.000000000Z", "web.1", "stdout", text)


def read(frames):
    reader = FrameProtocol(client=True, extensions=[])
    reader.receive_bytes(frames)
    return [frame.payload for frame in reader.received_frames()]


def test_a_line_is_an_envelope_of_its_own_time():
    batch = Batch(0, 0, (row(WEB, 1, "one"), row(WEB, 2, "two")))
    first, second = map(json.loads, read(messages.lines(batch, 5, with_process=True)))
    assert first == {
        "type": "log",
        "timestamp": "2026-11-20T10:00:01.000000000Z",
        "data": {
            "line": "one", "stream": "stdout", "process": "web.1", "position": position(WEB, 1), "skipped": 5,
        },
    }  # fmt: skip
    assert second["data"]["line"] == "two"
    assert "skipped" not in second["data"]
    assert "process" not in json.loads(read(messages.lines(batch, with_process=False))[0])["data"]


@pytest.mark.parametrize("text", ["", "\x00", "ü 🙂", '{"type":"end"}', "x" * 70_000])
def test_any_text_comes_back_as_it_is(text):
    batch = Batch(0, 0, (row(WEB, 1, text),))
    assert json.loads(read(messages.lines(batch, with_process=True))[0])["data"]["line"] == text
    assert read(messages.bare_lines(batch)) == [text]


def test_bare_lines_say_in_a_line_what_was_skipped():
    batch = Batch(0, 0, (row(WEB, 1),))
    assert read(messages.bare_lines(batch, 3)) == ["[3 lines were skipped here]", "text"]


def test_position_of_a_line_of_an_app_says_where_each_container_stands():
    rows = (row(WEB, 3), row(WORKER, 1), row(WEB, 4), row(WORKER, 2))
    batch = Batch(0, 0, rows, end=f"{position(WEB, 4)}_{position(WORKER, 2)}x_")
    places = [parse_place(each) for each in messages.positions(batch)]
    assert str(places[3]) == batch.end
    assert [place.text(WEB) for place in places] == [
        f"{position(WEB, 4)}-", f"{position(WEB, 4)}-", position(WEB, 4), position(WEB, 4),
    ]  # fmt: skip
    assert [place.text(WORKER) for place in places] == [
        f"{position(WORKER, 1)}-", f"{position(WORKER, 2)}-", f"{position(WORKER, 2)}-", f"{position(WORKER, 2)}x",
    ]  # fmt: skip


def test_end_tells_what_no_line_could():
    end, with_loss = (json.loads(read(messages.end(skipped))[0]) for skipped in (0, 7))
    assert end["data"] == {"message": "Log stream ended"}
    assert with_loss["data"] == {"message": "Log stream ended", "skipped": 7}
