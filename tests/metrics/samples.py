"""Readings as tests make them: say what matters, the rest is something."""

from typing import Any

from paas.metrics.readings import ContainerReading, EngineReading, HostReading, Rates, Usage
from paas.metrics.snapshot import Snapshot

AT = 1_700_000_000.0
GB = 1024**3
RATES = Rates(network_received=1.0, network_sent=2.0, block_read=3.0, block_written=4.0)


def usage(**changes: Any) -> Usage:
    given = {
        "cpu_percent": 25.0, "cores": 2, "memory_used": 200_000_000, "memory_limit": 8 * GB, "memory_percent": 2.3,
        "network_received": 1_000, "network_sent": 2_000, "block_read": 3_000, "block_written": 4_000, "pids": 5,
    }  # fmt: skip
    return Usage(**(given | changes))


def container(name: str = "web", **changes: Any) -> ContainerReading:
    """One of no app, unless ``app_id`` is given: then it is its ``web.1``."""
    given = {
        "id": name.encode().hex().ljust(64, "0"), "name": name, "app_id": None, "at": AT, "usage": usage(),
        "process": "web.1" if changes.get("app_id") else None, "rates": RATES, "restarts": 0, "health": "",
        "is_stale": False,
    }  # fmt: skip
    return ContainerReading(**(given | changes))


def host(**changes: Any) -> HostReading:
    given = {
        "at": AT, "cpu_percent": 30.0, "cpu_each": (20.0, 40.0), "cores": 2, "load": (0.5, 0.4, 0.3),
        "memory_used": 3 * GB, "memory_total": 8 * GB, "memory_percent": 37.5, "swap_used": 0, "swap_total": GB,
        "disk_used": 40 * GB, "disk_total": 100 * GB, "disk_percent": 40.0,
        "engine_disk_used": 40 * GB, "engine_disk_total": 100 * GB,
        "network_received": 1_000.0, "network_sent": 2_000.0, "booted_at": AT - 86_400,
    }  # fmt: skip
    return HostReading(**(given | changes))


def engine(**changes: Any) -> EngineReading:
    given = {"running": 2, "total": 3, "images": 4, "disk_used": 5 * GB, "at": AT, "is_stale": False, "message": ""}
    return EngineReading(**(given | changes))


def snapshot(*containers: ContainerReading, at: float = AT, **changes: Any) -> Snapshot:
    """Of these containers; what else is given is the host's."""
    return Snapshot(at, host(**changes), engine(), {each.id: each for each in containers})
