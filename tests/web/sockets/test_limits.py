"""What a client of a raw socket may say, and what becomes of those who do not read."""

import socket
import struct
import threading

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.sockets.client import RawSocket

LINES = 5_000
MASK = b"\x01\x02\x03\x04"


def frame(opcode, content=b"", *, first=None, length=None):
    """A frame as a client sends it; ``first`` and ``length`` may be anything."""
    head = bytes([0x80 | opcode if first is None else first])
    size = len(content) if length is None else length
    if size < 126:
        head += bytes([0x80 | size])
    else:
        head += struct.pack("!BH", 0xFE, size) if size < 65_536 else struct.pack("!BQ", 0xFF, size)
    return head + MASK + bytes(byte ^ MASK[at % 4] for at, byte in enumerate(content))


def push(client, data):
    """Raw bytes, as far as the server takes them."""
    try:
        client.socket.sock.sendall(data)
    except OSError:
        return


def test_what_a_viewer_says_is_passed_over(docker, logs):
    client = logs()
    client.wait_for("status")
    for text in ("", "{", "[]", '{"watch": 1}', "x" * 60_000):
        client.socket.send(text)
    client.socket.send_binary(b"\x00\xff")
    client.socket.ping("are you there?")
    docker.say("web", "still here")
    client.wait_for_lines("still here")
    assert client.code is None


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(1, b"x" * 65_537), 1009),
        (frame(1, length=1 << 40) + b"x" * 70_000, 1009),
        (b"".join([frame(1, b"x" * 30_000, first=0x01), *[frame(0, b"x" * 30_000, first=0x00)] * 2]), 1009),
        (frame(1, b"x") * 101, 1008),
        (frame(9, b"ping") * 101, 1008),
        (frame(1, b"", first=0x01) + frame(0, b"", first=0x00) * 200, 1008),
        (frame(1, b"\xff\xfe"), 1007),
        (frame(3), 1002),
        (frame(1, first=0xF1), 1002),
        (frame(0, b"continues nothing"), 1002),
        (frame(9, b"x" * 126), 1002),
        (b"\x81\x01x", 1002),
        (frame(8, b"\x00"), 1002),
        (frame(8, struct.pack("!H", 4_500) + b"bye"), 4_500),
        (frame(8), 1005),
    ],
)
def test_too_much_or_no_websocket_at_all_is_closed_with_the_reason(logs, sent, code):
    client = logs(tail=0)
    client.wait_for("status")
    push(client, sent)
    client.read_to_the_end()
    assert client.code == code


def test_nobody_else_waits_while_one_floods(docker, logs):
    other, floods = logs(), logs()
    other.wait_for("status")
    is_over = threading.Event()

    def flood():
        while not is_over.is_set():
            push(floods, frame(1, b"x" * 100) * 1_000)
            if floods.socket.sock is None:
                return

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    for number in range(20):
        docker.say("web", f"beside {number}")
        other.wait_for_lines(f"beside {number}")
    is_over.set()
    thread.join(30)


@pytest.fixture(scope="module")
def watched(served, api, shop):
    """A viewer who is there all the time."""
    token = api.headers["Authorization"].removeprefix("Bearer ")
    with RawSocket(served.address, f"/ws/container/logs?appId={shop}", token=token) as client:
        client.wait_for("status")
        yield client


frames = st.builds(
    frame,
    st.integers(0, 15),
    st.binary(max_size=200),
    first=st.none() | st.integers(0, 255),
    length=st.none() | st.integers(0, (1 << 64) - 1),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.booleans(), st.lists(frames | st.binary(max_size=300), max_size=20))
def test_whatever_a_client_sends_harms_nobody(docker, served, api, shop, watched, of_metrics, sent):
    token = api.headers["Authorization"].removeprefix("Bearer ")
    before, path = served.log, "/ws/metrics" if of_metrics else f"/ws/container/logs?appId={shop}&tail=0"
    with RawSocket(served.address, path, token=token) as client:
        push(client, b"".join(sent))
    docker.say("web", f"after {len(watched.frames)}")
    watched.wait_for_lines(f"after {len(watched.frames)}")
    assert served.log == before


texts = st.text(max_size=50)
queries = st.dictionaries(
    st.sampled_from(["appId", "deploymentId", "tail", "position", "process", "stream", "contains", "regex"]), texts
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["/ws/container/logs", "/ws/deployment/logs", "/ws/metrics"]), queries, texts)
def test_whatever_is_asked_for_is_answered(served, api, path, query, name):
    before = served.log
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "MDEyMzQ1Njc4OTAxMjM0NQ==",
    }  # fmt: skip
    answer = api.get(path, params=query, headers=upgrade, stream=True)
    assert answer.status_code in (101, 400, 404)
    answer.close()
    assert served.log == before


def test_client_that_reads_slowly_costs_little_and_is_told_what_it_lost(docker, served, connect, shop):
    memory = psutil.Process(served.pid).memory_info
    docker.say("web", "the first")
    small = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 32_768)]
    idle = [connect(f"/ws/container/logs?appId={shop}&tail=1", sockopt=small) for _ in range(3)]
    quick = connect(f"/ws/container/logs?appId={shop}&tail=1")
    for client in (quick, *idle):
        client.wait_for_lines("the first")
    before, filling = memory().rss, "x" * 2_000
    for start in range(0, LINES, 500):
        docker.say("web", *(f"{number} {filling}" for number in range(start, start + 500)))
        quick.wait_for_lines(f"{start + 499} {filling}")
        for client in idle:  # a little now and then: who takes nothing at all for long is cut
            assert all(client.read() for _ in range(16))
    assert memory().rss - before < 40_000_000
    docker.say("web", "the last")
    for client in (quick, *idle):
        client.wait_for_lines("the last")
        skipped = sum(data.get("skipped", 0) for data in client.all("log"))
        lines = client.lines[client.lines.index("the first") :]  # before it may come one of the former test
        assert len(lines) + skipped == LINES + 2
        numbers = [int(line.partition(" ")[0]) for line in lines[1:-1]]
        assert numbers == sorted(set(numbers))
    assert all(any("skipped" in data for data in client.all("log")) for client in idle)
