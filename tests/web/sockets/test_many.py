"""A thousand raw sockets at the same moment."""

import resource

import psutil
import pytest

from tests.waiting import eventually
from tests.web.sockets.crowd import Crowd

FILES = 4_000


@pytest.fixture
def files():
    """As many as a thousand clients and this process need; what is granted at first is often 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_are_open_at_once_and_leave_nothing_behind(docker, served, api, shop, streamed, deployed, files):
    process, token = psutil.Process(served.pid), api.headers["Authorization"].removeprefix("Bearer ")
    logs, others = f"/ws/container/logs?appId={shop}&tail=1", [
        f"/ws/deployment/logs?deploymentId={deployed.begin(deployed.app())}", f"/api/v1/apps/{streamed}/logs/stream"
    ]  # fmt: skip
    before = process.num_fds()

    def wave(line, count):
        with Crowd(served.address, token, ([logs, "/ws/metrics"] * 9 + others) * (count // 20)) as crowd:
            assert process.num_fds() >= before + count
            docker.say("web", line)
            assert crowd.all_hear(line.encode(), at="/ws/container/") == count * 9 // 20
            assert crowd.all_hear(b'"containers_running":', at="/ws/metrics") == count * 9 // 20
            assert crowd.all_hear(b'"type":"status"', at="/ws/deployment/") == count // 20
        eventually(lambda: process.num_fds() <= before + 5, 30, what="all files are closed")

    wave("to a thousand", 1_000)
    memory, threads = process.memory_info().rss, process.num_threads()
    wave("to others after them", 500)
    assert process.num_threads() <= threads + 2
    assert process.memory_info().rss - memory < 15_000_000  # one that stays takes 65 kB
