"""What the last sample says of an app and of the machine, as every door answers it. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from paas.metrics.readings import ContainerReading, Rates, Usage
from paas.metrics.snapshot import Snapshot
from paas.web.times import iso

NOTHING = Usage(
    cpu_percent=0.0,
    cores=0,
    memory_used=0,
    memory_limit=0,
    memory_percent=0.0,
    network_received=0,
    network_sent=0,
    block_read=0,
    block_written=0,
    pids=0,
)


def of_app(snapshot: Snapshot, app_id: int, now: float) -> dict[str, Any]:
    """The sums over its containers and each of them; zeros for an app of which nothing runs."""
    reading = snapshot.app(app_id)
    if reading is None:
        return _moment(snapshot.at, now, is_stale=False) | _use(NOTHING, None) | {"restarts": 0, "processes": []}
    return {
        **_moment(reading.at, now, is_stale=reading.is_stale),
        **_use(reading.usage, reading.rates),
        "restarts": reading.restarts,
        "processes": [of_container(each, now) for each in reading.containers],
    }


def of_container(reading: ContainerReading, now: float) -> dict[str, Any]:
    return {
        "process": reading.process,
        "container": reading.name,
        **_moment(reading.at, now, is_stale=reading.is_stale),
        **_use(reading.usage, reading.rates),
        "restarts": reading.restarts,
        "health": reading.health,
    }


def of_machine(snapshot: Snapshot, now: float) -> dict[str, Any]:
    """The machine itself is always read; ``stale`` and ``message`` tell of the engine, whose facts may be older."""
    host, engine = snapshot.host, snapshot.engine
    return {
        **_moment(snapshot.at, now, is_stale=engine is None or engine.is_stale),
        "cpu": {"usage": host.cpu_percent, "cores": host.cores, "each": list(host.cpu_each)},
        "memory": {"used": host.memory_used, "total": host.memory_total, "percent": host.memory_percent},
        "swap": {"used": host.swap_used, "total": host.swap_total},
        "disk": {"used": host.disk_used, "total": host.disk_total, "percent": host.disk_percent},
        "network": {"received": host.network_received, "sent": host.network_sent},
        "load": list(host.load),
        "uptime_seconds": max(host.at - host.booted_at, 0.0),
        "docker": _engine(snapshot),
    }


def _engine(snapshot: Snapshot) -> Mapping[str, Any]:
    engine = snapshot.engine
    if engine is None:
        return {"containers_running": None, "containers_total": None, "images": None, "disk_used": None}
    return {
        "containers_running": engine.running,
        "containers_total": engine.total,
        "images": engine.images,
        "disk_used": engine.disk_used,
    }


def _moment(at: float, now: float, *, is_stale: bool) -> dict[str, Any]:
    """``timestamp`` is when it was read."""
    return {"timestamp": iso(at), "age_seconds": round(max(now - at, 0.0), 3), "stale": is_stale}


def _use(usage: Usage, rates: Rates | None) -> dict[str, Any]:
    """``network_*`` and ``block_*`` are bytes since the start of the container, ``rates`` the same a second."""
    return {
        "cpu_percent": usage.cpu_percent,
        "cores": usage.cores,
        "memory_usage": usage.memory_used,
        "memory_limit": usage.memory_limit,
        "memory_percent": usage.memory_percent,
        "network_received": usage.network_received,
        "network_sent": usage.network_sent,
        "block_read": usage.block_read,
        "block_written": usage.block_written,
        "pids": usage.pids,
        "rates": asdict(rates) if rates is not None else None,
    }
