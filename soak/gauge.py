"""Memory, threads and open files of the dashboard, read once a second, whichever process it is at the time."""

import contextlib
import re
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, Self

import psutil

from soak.trend import Trend, trend
from tests.dashboard import Dashboard

WARM_UP_SECONDS = 180.0
"""A life's first minutes do not count: modules are read, pools and the rings of recent lines fill, and all
viewers come back at once."""


class Reading(NamedTuple):
    at: float
    pid: int
    memory_mb: float
    threads: int
    files: dict[str, int]
    """How many are open, by what they are."""


class Gauge:
    """``with Gauge(dashboard, clock) as gauge`` reads until the block ends."""

    def __init__(self, dashboard: Dashboard, clock: Callable[[], float]) -> None:
        self.readings: list[Reading] = []
        self._dashboard, self._clock = dashboard, clock
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(10)

    def read(self) -> Reading:
        pid = self._dashboard.pid
        process = psutil.Process(pid)
        with process.oneshot():
            memory = process.memory_info().rss / 1e6
            return Reading(self._clock(), pid, memory, process.num_threads(), _open_files(process))

    def memory(self) -> Trend | None:
        """Over the longest life of the dashboard under load; None when none was long enough."""
        lives: dict[int, list[tuple[float, float]]] = {}
        for each in self.readings:
            lives.setdefault(each.pid, []).append((each.at, each.memory_mb))
        longest = max(lives.values(), key=lambda life: life[-1][0] - life[0][0], default=[])
        return trend([(at, value) for at, value in longest if at >= longest[0][0] + WARM_UP_SECONDS])

    def write(self, path: Path) -> None:
        rows = (
            f"{each.at:.1f},{each.pid},{each.memory_mb:.1f},{each.threads},{sum(each.files.values())}"
            for each in self.readings
        )
        path.write_text("\n".join(["seconds,pid,memory_mb,threads,files", *rows, ""]))

    def _run(self) -> None:
        while not self._ended.wait(1):
            with contextlib.suppress(psutil.Error):  # it is between two lives
                self.readings.append(self.read())


def _open_files(process: psutil.Process) -> dict[str, int]:
    """Connections by their kind, other sockets together, files by their name."""
    found: Counter[str] = Counter()
    for link in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            found[re.sub(r":\[\d+\]$", "", str(link.readlink()))] += 1
    connections = Counter(f"connection {each.status}" for each in process.net_connections("inet"))
    found["socket"] -= connections.total()
    return dict(found + connections)
