"""The seed's loop, as its article shows it: poll every two seconds with ``since`` alone, a message per line."""

import time
from collections.abc import Callable
from datetime import datetime

import docker

POLL_SECONDS = 2
FIRST_SECONDS = 300


def loop(docker_host: str) -> Callable[[str, Callable[[str], None]], None]:
    client = docker.DockerClient(base_url=docker_host, timeout=60, max_pool_size=300)

    def stream_logs(name: str, send: Callable[[str], None]) -> None:
        container = client.containers.get(name)
        last_timestamp = time.time() - FIRST_SECONDS
        while True:
            for line in container.logs(since=last_timestamp, timestamps=True).decode(errors="replace").splitlines():
                stamp, _, text = line.partition(" ")
                last_timestamp = max(last_timestamp, epoch_seconds(stamp))
                send(text)
            time.sleep(POLL_SECONDS)

    return stream_logs


def epoch_seconds(stamp: str) -> float:
    """As much of its nine digits as a float keeps, which is what the SDK takes."""
    return datetime.fromisoformat(stamp[:19] + "+00:00").timestamp() + float(stamp[19:-1])
