"""What the last sample says of an app and of the machine, as every door answers it; docs/metrics.md tells what each
figure means. What is not known is null. Pure."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from paas.apps.app import App
from paas.metrics.readings import ContainerReading, Rates, Usage
from paas.metrics.snapshot import AppReading, Snapshot
from paas.web.times import stamp

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
    processes = [] if reading is None else [of_container(each, now) for each in reading.containers]
    return _sums(snapshot, reading, now) | {"processes": processes}


def of_apps(snapshot: Snapshot, apps: Iterable[App], now: float) -> list[dict[str, Any]]:
    """These apps, a row each; ``running`` is how many of its containers do."""
    readings = [(app, snapshot.app(app.id)) for app in apps]
    return [
        {"app": app.name, "id": app.id, "running": len(reading.containers) if reading else 0}
        | _sums(snapshot, reading, now)
        for app, reading in readings
    ]


def of_container(reading: ContainerReading, now: float) -> dict[str, Any]:
    of_whom = {"process": reading.process, "container": reading.name, "health": reading.health}
    return of_whom | _figures(reading, now)


def of_machine(snapshot: Snapshot, now: float) -> dict[str, Any]:
    """The machine itself is always read: ``stale`` and the age tell of the engine."""
    host, engine, found = snapshot.host, snapshot.engine, bare(snapshot)
    found["cpu"]["each"] = [_round(each) for each in host.cpu_each]
    found["docker"]["disk_used"] = engine.disk_used if engine else None
    return found | {
        **_moment(_engine_at(snapshot), now, is_stale=_is_engine_stale(snapshot)),
        "timestamp": found["timestamp"],
        "swap": _share(host.swap_used, host.swap_total),
        "engine_disk": None
        if host.engine_disk_used is None or host.engine_disk_total is None
        else _share(host.engine_disk_used, host.engine_disk_total),
        "network": {"received": _round(host.network_received), "sent": _round(host.network_sent)},
        "load": [_round(each) for each in host.load],
        "uptime_seconds": round(max(host.at - host.booted_at, 0.0)),
    }


def bare(snapshot: Snapshot) -> dict[str, Any]:
    """The machine in the words of Mist, and no others."""
    host, engine = snapshot.host, snapshot.engine
    return {
        "timestamp": stamp(snapshot.at),
        "cpu": {"usage": _round(host.cpu_percent), "cores": host.cores},
        "memory": _part(host.memory_used, host.memory_total, host.memory_percent),
        "disk": _part(host.disk_used, host.disk_total, host.disk_percent),
        "docker": {
            "containers_running": engine.running if engine else None,
            "containers_total": engine.total if engine else None,
            "images": engine.images if engine else None,
        },
    }


def _sums(snapshot: Snapshot, reading: AppReading | None, now: float) -> dict[str, Any]:
    if reading is not None:
        return _figures(reading, now)
    moment = _moment(_engine_at(snapshot), now, is_stale=_is_engine_stale(snapshot))
    return moment | _use(NOTHING, Rates(0.0, 0.0, 0.0, 0.0)) | {"restarts": 0}


def _figures(reading: AppReading | ContainerReading, now: float) -> dict[str, Any]:
    moment = _moment(reading.at, now, is_stale=reading.is_stale)
    return moment | _use(reading.usage, reading.rates) | {"restarts": reading.restarts}


def _use(usage: Usage, rates: Rates | None) -> dict[str, Any]:
    """``network_*`` and ``block_*`` are bytes since the start of the container, ``rates`` the same a second."""
    return {
        "cpu_percent": _round(usage.cpu_percent),
        "cores": usage.cores,
        "memory_usage": usage.memory_used,
        "memory_limit": usage.memory_limit,
        "memory_percent": _round(usage.memory_percent),
        "network_received": usage.network_received,
        "network_sent": usage.network_sent,
        "block_read": usage.block_read,
        "block_written": usage.block_written,
        "pids": usage.pids,
        "rates": None if rates is None else {name: _round(rate) for name, rate in asdict(rates).items()},
    }


def _is_engine_stale(snapshot: Snapshot) -> bool:
    return snapshot.engine is None or snapshot.engine.is_stale


def _engine_at(snapshot: Snapshot) -> float:
    """When the engine last answered; the last sample's time when it never has."""
    engine = snapshot.engine
    return engine.at if engine is not None and engine.is_stale else snapshot.at


def _moment(at: float, now: float, *, is_stale: bool) -> dict[str, Any]:
    """``timestamp`` is when it was read."""
    return {"timestamp": stamp(at), "age_seconds": round(max(now - at, 0.0), 1), "stale": is_stale}


def _part(used: int, total: int, percent: float) -> dict[str, Any]:
    return {"used": used, "total": total, "percent": _round(percent)}


def _share(used: int, total: int) -> dict[str, Any]:
    return _part(used, total, 100 * used / total if total else 0.0)


def _round(number: float | None) -> float | None:
    return None if number is None else round(number, 2)
