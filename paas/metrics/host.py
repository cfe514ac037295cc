"""The machine, read by psutil from the kernel's files. It takes under a millisecond, so nothing waits for it."""

import os
from pathlib import Path
from time import monotonic, time
from typing import NamedTuple

import psutil

from paas.metrics.readings import HostReading
from paas.settings import Settings

VIRTUAL = ("lo", "veth", "docker", "br-", "virbr", "cni", "flannel", "tun", "tap")
"""How interfaces begin whose bytes pass a real one too, or never leave the machine."""


class _Counters(NamedTuple):
    at: float
    each: tuple[tuple[float, float], ...]
    """For each core, seconds busy and in all."""
    received: int
    sent: int


class Host:
    """Compares each reading with the one before, so one ``Host`` serves one sampler."""

    def __init__(self, settings: Settings) -> None:
        self._folder = settings.data_dir
        self._before = _counters()

    def read(self) -> HostReading:
        before, now = self._before, _counters()
        self._before = now
        each = tuple(_percent(was, is_now) for was, is_now in zip(before.each, now.each, strict=False))
        seconds = now.at - before.at
        memory, swap, disk = (
            psutil.virtual_memory(),
            psutil.swap_memory(),
            psutil.disk_usage(str(_existing(self._folder))),
        )
        used = memory.total - memory.available
        return HostReading(
            at=time(),
            cpu_percent=sum(each) / len(each) if each else 0.0,
            cpu_each=each,
            cores=len(now.each),
            load=os.getloadavg(),
            memory_used=used,
            memory_total=memory.total,
            memory_percent=100 * used / memory.total,
            swap_used=swap.used,
            swap_total=swap.total,
            disk_used=disk.used,
            disk_total=disk.total,
            disk_percent=disk.percent,
            engine_disk_used=None,
            engine_disk_total=None,
            network_received=_rate(before.received, now.received, seconds),
            network_sent=_rate(before.sent, now.sent, seconds),
            booted_at=psutil.boot_time(),
        )


def _counters() -> _Counters:
    each = tuple((sum(core) - core.idle - core.iowait, float(sum(core))) for core in psutil.cpu_times(percpu=True))
    rows = psutil.net_io_counters(pernic=True, nowrap=False).items()
    real = [row for name, row in rows if not name.startswith(VIRTUAL)]
    return _Counters(monotonic(), each, sum(row.bytes_recv for row in real), sum(row.bytes_sent for row in real))


def _percent(before: tuple[float, float], now: tuple[float, float]) -> float:
    busy, passed = now[0] - before[0], now[1] - before[1]
    return min(max(100 * busy / passed, 0.0), 100.0) if passed > 0 else 0.0


def _rate(before: int, now: int, seconds: float) -> float | None:
    """None when an interface has gone, with all that it had counted."""
    return (now - before) / seconds if seconds > 0 and now >= before else None


def _existing(folder: Path) -> Path:
    """It, or the nearest above it: the data folder is made when it is first written to."""
    return next(each for each in (folder, *folder.parents) if each.exists())
