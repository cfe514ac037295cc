"""Our figures of a known load, beside those of the ``docker stats`` command, the kernel and the load itself."""

import itertools
import json
import re
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import psutil
import pytest

from paas.metrics import readings
from tests import images
from tests.dashboard import HERE
from tests.metrics.answers import recorded
from tests.waiting import eventually
from tests.web.live.engine import FakeDocker
from tools import debian

HELD, SENT = 200_000_000, 5_000_000
LOAD = """
import socket, sys
held = b"x" * int(sys.argv[1])
server = socket.create_server(("", 9000))
print("ready", flush=True)
connection, _ = server.accept()
connection.sendall(held[:int(sys.argv[2])])
connection.close()
while True:
    pass
"""
UNITS = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


@contextmanager
def looking(host, folder):
    """Every sample of this engine by a sampler that is looked at, as they come (``tests/metrics/looking.py``)."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.metrics.looking", host, str(folder)]
    seen = []
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as process:
        reader = threading.Thread(target=lambda: seen.extend(map(json.loads, process.stdout)))
        reader.start()
        try:
            yield seen
        finally:
            process.kill()
            reader.join()


@pytest.fixture(scope="module")
def load(real_engine):
    """One container that keeps a core busy, holds 200 MB and has sent five."""
    client = real_engine.client
    network = client.networks.create("load")
    script = ["python3", "-c", LOAD, str(HELD), str(SENT)]
    made = client.containers.run(
        images.python(real_engine), script, name="load", network="load", mem_limit="400m", detach=True
    )
    eventually(lambda: b"ready" in made.logs())
    made.reload()
    with socket.create_connection((made.attrs["NetworkSettings"]["Networks"]["load"]["IPAddress"], 9000), 30) as taken:
        received = 0
        while data := taken.recv(65_536):
            received += len(data)
    assert received == SENT
    yield made
    made.remove(force=True)
    network.remove()


def docker_stats(host, name):
    """What the command prints of a container, in numbers: of percents 2 digits after the point, of bytes 3 or 4."""
    if debian.find("docker") is None:
        pytest.skip("engine: the docker command is not installed (Debian: apt-get install docker.io)")
    command = ["docker", "--host", host, "stats", "--no-stream", "--format", "{{json .}}", name]
    row = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    used, limit = map(_bytes, row["MemUsage"].split(" / "))
    received, sent = map(_bytes, row["NetIO"].split(" / "))
    read, written = map(_bytes, row["BlockIO"].split(" / "))
    return {
        "cpu_percent": float(row["CPUPerc"].rstrip("%")), "memory_percent": float(row["MemPerc"].rstrip("%")),
        "memory_used": used, "memory_limit": limit, "network_received": received, "network_sent": sent,
        "block_read": read, "block_written": written, "pids": int(row["PIDs"]),
    }  # fmt: skip


def _bytes(text):
    number, unit = re.fullmatch(r"([\d.]+)([kKMG]?i?B)", text).groups()
    return float(number) * UNITS[unit]


def cpu_seconds(process):
    return sum(process.cpu_times()[:2])


def used(found):
    """Seconds of CPU, from the first of these readings to the last."""
    pairs = itertools.pairwise(found)
    return sum((now["at"] - before["at"]) * now["usage"]["cpu_percent"] / 100 for before, now in pairs)


@pytest.mark.engine
@pytest.mark.parametrize("version", ["cgroup_v1", "cgroup_v2"])
def test_docker_stats_makes_the_same_figures_of_a_recorded_answer(version, tmp_path):
    answer = recorded(version)
    with FakeDocker(tmp_path) as docker:
        docker.tell("web", answer)
        theirs = docker_stats(docker.host, "web")
    ours = readings.usage(answer)
    for metric, expected in theirs.items():
        assert getattr(ours, metric) == pytest.approx(expected, rel=0.005, abs=0.005), metric


def test_figures_of_a_known_load(real_engine, load, tmp_path):
    process = psutil.Process(load.attrs["State"]["Pid"])
    with looking(real_engine.host, tmp_path) as seen:
        eventually(lambda: seen and "load" in seen[-1]["containers"])
        place, began = len(seen), cpu_seconds(process)
        theirs = docker_stats(real_engine.host, "load")
        eventually(lambda: len(seen) >= place + 8)
        least = cpu_seconds(process) - began
        eventually(lambda: len(seen) >= place + 10)
        most = cpu_seconds(process) - began
    ours = [each["containers"]["load"] for each in seen[place - 1 :]]
    cpu = [each["usage"]["cpu_percent"] for each in ours]
    assert min(abs(each / theirs["cpu_percent"] - 1) for each in cpu) < 0.05, (cpu, theirs)
    # A reading is a second old when it is seen, or two: all of them cover more than the kernel's first count, and those
    # but the first ones less than its second.
    assert used(ours) > 0.95 * least
    assert used(ours[3:]) < 1.05 * most
    usage = ours[-1]["usage"]
    assert usage["memory_used"] == pytest.approx(theirs["memory_used"], rel=0.01)
    assert HELD < usage["memory_used"] < 1.05 * HELD
    assert usage["memory_limit"] == 400 * 2**20
    assert SENT < usage["network_sent"] < 1.05 * SENT
    assert usage["network_sent"] == pytest.approx(theirs["network_sent"], rel=0.01)
    assert usage["pids"] == theirs["pids"] == 1
    assert ours[-1]["rates"]["network_sent"] < 1_000, "it was sent before"
    assert not ours[-1]["is_stale"]


def test_an_engine_that_hangs_makes_figures_stale_and_stops_nothing_else(real_engine, load, tmp_path):
    def last(seen):
        return seen[-1]["containers"]["load"]

    with looking(real_engine.host, tmp_path) as seen:
        eventually(lambda: seen and "load" in seen[-1]["containers"] and not last(seen)["is_stale"])
        real_engine.freeze()
        try:
            eventually(lambda: last(seen)["is_stale"] and seen[-1]["engine"]["is_stale"])
            place, stale = len(seen), last(seen)
            eventually(lambda: len(seen) >= place + 3, what="samples go on")
            assert last(seen)["usage"] == stale["usage"]
            assert seen[-1]["at"] - last(seen)["at"] > 3.5
            assert seen[-1]["subjects"] == ["host"]
            assert "no answer in time" in seen[-1]["engine"]["message"]
        finally:
            real_engine.thaw()
        eventually(lambda: not last(seen)["is_stale"] and not seen[-1]["engine"]["is_stale"])
        assert seen[-1]["subjects"] == ["container/load", "host"]
