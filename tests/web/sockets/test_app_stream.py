"""``/api/v1/apps/<id>/logs/stream`` of a real dashboard."""

import time


def test_each_line_is_a_frame_the_last_five_minutes_first(docker, streamed, connect):
    now = time.time_ns()
    minute = 60_000_000_000
    docker.say_at("api", [(now - (20 - number) * minute, f"line {number}") for number in range(20)])
    client = connect(f"/api/v1/apps/{streamed}/logs/stream")
    client.read_until(lambda: client.frames[-1:] == ["line 19"])
    assert client.frames == [f"line {number}" for number in range(16, 20)]
    docker.say_at("api", [(time.time_ns(), "now"), (time.time_ns() + 1_000, '{"type": "a line like any other"}')])
    client.read_until(lambda: len(client.frames) == 6)
    assert client.frames[4:] == ["now", '{"type": "a line like any other"}']
