"""The three that are compared, seen alike: the dashboard, the seed's loop and the floor."""

import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.dashboard import HERE, Dashboard
from tests.waiting import eventually

LOG_PATHS = {"quayside": "/containers/{}/logs", "seed": "/?container={}", "floor": "/?container={}"}


@dataclass(frozen=True)
class Side:
    """A server that shows logs. ``lateness`` is the file into which its loop's lateness is written, if it is;
    ``folder`` is the dashboard's, which holds its data."""

    name: str
    address: str
    pid: int
    cookies: list[dict[str, Any]] = field(default_factory=list)
    lateness: Path | None = None
    folder: Path = Path()

    def log_url(self, container: str) -> str:
        return self.address + LOG_PATHS[self.name].format(container)

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in self.cookies)

    def wait_for(self, container: str) -> None:
        """Until it knows the container: one that was made just now reaches the dashboard's list a moment later."""
        url = self.log_url(container)
        eventually(lambda: status(url, cookie=self.cookie_header) == 200, what=f"{self.name} knows {container}")


def status(url: str, *, cookie: str = "") -> int:
    """Of a GET; 0 while nothing listens."""
    place = urlsplit(url)
    with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=20)) as connection:
        try:
            connection.request("GET", f"{place.path or '/'}?{place.query}", headers={"Cookie": cookie})
            response = connection.getresponse()
            response.read()
        except OSError:
            return 0
        return response.status


@contextmanager
def quayside(folder: Path, docker_host: str, *, watches_loop: bool = False, **settings: str) -> Iterator[Side]:
    """The dashboard with an owner who has signed in. To watch its loop costs it a wake-up every 10 ms."""
    lateness = folder / "lateness" if watches_loop else None
    dashboard = Dashboard(folder, docker_host=docker_host, BENCH_LATENESS=str(lateness or ""), **settings)
    if lateness:
        dashboard.command = [sys.executable, "-m", "bench.serve"]
    with dashboard, dashboard.http() as session:
        cookies = [{"name": one.name, "value": one.value, "url": dashboard.address} for one in session.cookies]
        yield Side("quayside", dashboard.address, dashboard.pid, cookies, lateness, folder)


@contextmanager
def baseline(name: str, docker_host: str) -> Iterator[Side]:
    """The seed or the floor, in a process of its own."""
    command = [sys.executable, "-m", "bench.baselines", name, docker_host]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address, f"the {name} baseline did not start"
            yield Side(name, address, process.pid)
        finally:
            process.kill()
