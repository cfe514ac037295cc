"""What a process costs, as the kernel counts it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil


@dataclass
class Cost:
    """CPU seconds by process id, and how long that took."""

    seconds: float = 0.0
    cpu_seconds: dict[int, float] = field(default_factory=dict)

    def cores(self, *pids: int) -> float:
        """The share of one core that these used together."""
        return sum(self.cpu_seconds[pid] for pid in pids) / self.seconds


@contextmanager
def cost_of(*pids: int) -> Iterator[Cost]:
    """The cost of these processes while the block runs; their children are not counted."""
    cost, began = Cost(), time.monotonic()
    before = {pid: cpu_seconds(pid) for pid in pids}
    yield cost
    cost.seconds = time.monotonic() - began
    cost.cpu_seconds = {pid: cpu_seconds(pid) - before[pid] for pid in pids}


def cpu_seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def memory_mb(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 1e6
