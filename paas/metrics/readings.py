"""What one container, the machine and the engine use at one moment, in plain numbers; and how Docker's own become
them. Pure.

The figures are those of the ``docker stats`` command, computed as it does:
https://github.com/docker/cli/blob/v20.10.24/cli/command/container/stats_helpers.go
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one container. ``cpu_percent`` is of one core: 200 is two busy ones. ``memory_used`` is without the page
    cache, ``memory_limit`` the machine's memory where none was set. Network and disk are bytes since its start."""

    cpu_percent: float
    cores: int
    memory_used: int
    memory_limit: int
    memory_percent: float
    network_received: int
    network_sent: int
    block_read: int
    block_written: int
    pids: int


@dataclass(frozen=True, slots=True)
class Rates:
    """Bytes a second since the reading before."""

    network_received: float
    network_sent: float
    block_read: float
    block_written: float


@dataclass(frozen=True, slots=True)
class ContainerReading:
    """One container. ``at`` is in Unix seconds, older than its snapshot's where ``is_stale``; ``rates`` is None where
    there is nothing to compare with. ``app_id`` and ``process`` (``web.1``) are None for what belongs to no app."""

    id: str
    name: str
    app_id: int | None
    process: str | None
    at: float
    usage: Usage
    rates: Rates | None
    restarts: int
    health: str
    is_stale: bool


@dataclass(frozen=True, slots=True)
class HostReading:
    """The machine. ``cpu_percent`` is of all cores together, 0 to 100; memory is without the cache, ``disk`` the file
    system of the data folder, ``engine_disk`` that of the engine's data where we can see it; network is bytes a second.
    """

    at: float
    cpu_percent: float
    cpu_each: tuple[float, ...]
    cores: int
    load: tuple[float, float, float]
    memory_used: int
    memory_total: int
    memory_percent: float
    swap_used: int
    swap_total: int
    disk_used: int
    disk_total: int
    disk_percent: float
    engine_disk_used: int | None
    engine_disk_total: int | None
    network_received: float | None
    network_sent: float | None
    booted_at: float


@dataclass(frozen=True, slots=True)
class EngineReading:
    """The engine as a whole. ``disk_used`` is what images, containers, volumes and the build cache take; ``message``
    says why it ``is_stale``."""

    running: int
    total: int
    images: int
    disk_used: int | None
    at: float
    is_stale: bool
    message: str


def is_running(answer: Mapping[str, Any]) -> bool:
    """Of a container that does not run, or is about to, the engine tells nothing."""
    return bool((answer.get("cpu_stats") or {}).get("system_cpu_usage"))


def usage(answer: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> Usage | None:
    """The figures of one answer of the engine, of a container that runs. ``before`` is an earlier one of the same
    container, or else the one that the engine itself has put beside it; None where there is neither.
    """
    cpu = answer["cpu_stats"]
    earlier = (before or {}).get("cpu_stats") or answer.get("precpu_stats") or {}
    if not earlier.get("system_cpu_usage"):
        return None
    cores = _cores(cpu)
    memory_used, memory_limit = _memory(answer.get("memory_stats") or {})
    received, sent = _network(answer)
    return Usage(
        cpu_percent=_cpu_percent(cpu, earlier, cores),
        cores=cores,
        memory_used=memory_used,
        memory_limit=memory_limit,
        memory_percent=100 * memory_used / memory_limit if memory_limit else 0.0,
        network_received=received,
        network_sent=sent,
        block_read=_block(answer, "r"),
        block_written=_block(answer, "w"),
        pids=(answer.get("pids_stats") or {}).get("current") or 0,
    )


def rates(now: Usage, before: Usage, seconds: float) -> Rates | None:
    """What went through between two readings; None where no time has passed or a counter began anew."""
    differences = [
        now.network_received - before.network_received,
        now.network_sent - before.network_sent,
        now.block_read - before.block_read,
        now.block_written - before.block_written,
    ]
    if seconds <= 0 or min(differences) < 0:
        return None
    return Rates(*(difference / seconds for difference in differences))


def _cores(cpu: Mapping[str, Any]) -> int:
    return cpu.get("online_cpus") or len((cpu.get("cpu_usage") or {}).get("percpu_usage") or ())


def _cpu_percent(now: Mapping[str, Any], before: Mapping[str, Any], cores: int) -> float:
    """The share of the machine's time, as of one core. Of a container that was started anew in between only what it
    has used since then is known, and ``docker stats`` shows 0."""
    used, passed = _total(now) - _total(before), now["system_cpu_usage"] - before["system_cpu_usage"]
    if used < 0:
        used = _total(now)
    return 100.0 * cores * used / passed if passed > 0 else 0.0


def _total(cpu: Mapping[str, Any]) -> int:
    return (cpu.get("cpu_usage") or {}).get("total_usage") or 0


def _memory(memory: Mapping[str, Any]) -> tuple[int, int]:
    """Without the pages of files that were not used of late, which the kernel gives away first: ``total_inactive_file``
    on cgroup v1, ``inactive_file`` on v2. Both stand in an answer of v1."""
    used, parts = memory.get("usage") or 0, memory.get("stats") or {}
    for name in ("total_inactive_file", "inactive_file"):
        part = parts.get(name)
        if part is not None and part < used:
            return used - part, memory.get("limit") or 0
    return used, memory.get("limit") or 0


def _network(answer: Mapping[str, Any]) -> tuple[int, int]:
    interfaces: Iterable[Mapping[str, Any]] = (answer.get("networks") or {}).values()
    pairs = [(each.get("rx_bytes") or 0, each.get("tx_bytes") or 0) for each in interfaces]
    return sum(received for received, _ in pairs), sum(sent for _, sent in pairs)


def _block(answer: Mapping[str, Any], first_letter: str) -> int:
    """The kernel's word is ``Read`` or ``read``, by the cgroup version."""
    rows = (answer.get("blkio_stats") or {}).get("io_service_bytes_recursive") or ()
    return sum(row.get("value") or 0 for row in rows if (row.get("op") or "").lower().startswith(first_letter))
