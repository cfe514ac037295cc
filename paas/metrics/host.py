"""The machine, read by psutil from the kernel's files. It takes under a millisecond, so nothing waits for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, time
from typing import Any, NamedTuple

import psutil

from paas.metrics.readings import HostReading
from paas.settings import Settings

VIRTUAL = ("lo", "veth", "docker", "br-", "virbr", "cni", "flannel", "cali", "tun", "tap", "wg")
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
        self._folder, self._engine_disk, self._proc = settings.data_dir, settings.engine_disk, settings.host_proc
        self._before = self._count()

    def read(self, engine_folder: Path | None = None) -> HostReading:
        """``engine_folder`` is where the engine keeps its data, unless a setting says it."""
        before, now = self._before, self._count()
        self._before = now
        each = tuple(_percent(was, is_now) for was, is_now in zip(before.each, now.each, strict=False))
        with _reading_from(self._proc):
            memory, swap, booted_at = psutil.virtual_memory(), psutil.swap_memory(), psutil.boot_time()
        disk, engine_disk = _disk(self._folder), _disk(self._engine_disk or engine_folder)
        used, seconds = memory.total - memory.available, now.at - before.at
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
            disk_used=disk.used if disk else 0,
            disk_total=disk.total if disk else 0,
            disk_percent=disk.percent if disk else 0.0,
            engine_disk_used=engine_disk.used if engine_disk else None,
            engine_disk_total=engine_disk.total if engine_disk else None,
            network_received=_rate(before.received, now.received, seconds),
            network_sent=_rate(before.sent, now.sent, seconds),
            booted_at=booted_at,
        )

    def _count(self) -> _Counters:
        with _reading_from(self._proc):
            cores = psutil.cpu_times(percpu=True)
        with _reading_from(self._proc and self._proc / "1"):  # ``net`` in it leads to whoever reads it
            rows = psutil.net_io_counters(pernic=True, nowrap=False).items()
        real = [row for name, row in rows if not name.startswith(VIRTUAL)]
        received, sent = sum(row.bytes_recv for row in real), sum(row.bytes_sent for row in real)
        return _Counters(monotonic(), tuple(map(_busy_and_all, cores)), received, sent)


@contextmanager
def _reading_from(proc: Path | None) -> Iterator[None]:
    """psutil knows one ``/proc`` for all; others here look in our own for processes of ours."""
    if proc is None:
        yield
        return
    own, psutil.PROCFS_PATH = psutil.PROCFS_PATH, str(proc)
    try:
        yield
    finally:
        psutil.PROCFS_PATH = own


def _busy_and_all(core: Any) -> tuple[float, float]:  # noqa: ANN401 - psutil's own tuple, which differs by kernel
    """As ``top`` counts: to wait for a disk is to be idle. What guests use stands in the time of their users too."""
    whole = sum(core) - getattr(core, "guest", 0.0) - getattr(core, "guest_nice", 0.0)
    return whole - core.idle - getattr(core, "iowait", 0.0), whole


def _percent(before: tuple[float, float], now: tuple[float, float]) -> float:
    busy, passed = now[0] - before[0], now[1] - before[1]
    return min(max(100 * busy / passed, 0.0), 100.0) if passed > 0 else 0.0


def _rate(before: int, now: int, seconds: float) -> float | None:
    """None when an interface has gone, with all that it had counted."""
    return (now - before) / seconds if seconds > 0 and now >= before else None


def _disk(folder: Path | None) -> Any:  # noqa: ANN401 - psutil's own tuple
    """None where it cannot be read. The data folder is made when it is first written to: until then, the one above."""
    if folder is None:
        return None
    try:
        return psutil.disk_usage(str(next(each for each in (folder, *folder.parents) if each.exists())))
    except OSError:
        return None
