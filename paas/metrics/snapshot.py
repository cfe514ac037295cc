"""All that was read at one moment, and what it says of each subject. Pure.

Subjects are ``host``, ``app/<id>``, ``app/<id>/<process>`` and, for a container of no app, ``container/<name>``."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from paas.metrics.readings import ContainerReading, EngineReading, HostReading, Rates, Usage

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class AppReading:
    """An app: the sums over its containers. ``at`` is the oldest of them, and it is stale when one of them is."""

    app_id: int
    at: float
    usage: Usage
    rates: Rates | None
    restarts: int
    is_stale: bool
    containers: tuple[ContainerReading, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the last sample told. ``containers``, by id, are those that run; while the engine is away those that ran.

    ``at`` is in Unix seconds, as is every time."""

    at: float
    host: HostReading
    engine: EngineReading | None
    containers: Mapping[str, ContainerReading]
    _apps: Mapping[int, AppReading] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        most, found = self.host.memory_total, _grouped(self.containers.values(), lambda each: each.app_id)
        apps = {app_id: _app(app_id, its, most) for app_id, its in found.items() if app_id is not None}
        object.__setattr__(self, "_apps", apps)

    def app(self, app_id: int) -> AppReading | None:
        """None where nothing of it runs."""
        return self._apps.get(app_id)

    def apps(self) -> Mapping[int, AppReading]:
        """Those of which something runs, by id."""
        return self._apps

    def figures(self) -> Mapping[str, Mapping[str, float]]:
        """Subject -> metric -> number; what is stale is left out, as are rates that are not known."""
        found: dict[str, Mapping[str, float]] = {"host": _host_figures(self.host)}
        for name, its in _grouped(self.containers.values(), subject).items():
            if not any(each.is_stale for each in its):
                found[name] = _figures(_sum(its, self.host.memory_total), _sum_of_rates(its))
        for app in self._apps.values():
            if not app.is_stale:
                found[f"app/{app.app_id}"] = _figures(app.usage, app.rates)
        return found


def subject(reading: ContainerReading) -> str:
    if reading.app_id is None:
        return f"container/{reading.name}"
    return f"app/{reading.app_id}/{reading.process}"


def _grouped(
    readings: Iterable[ContainerReading], key: Callable[[ContainerReading], K]
) -> dict[K, list[ContainerReading]]:
    found: dict[K, list[ContainerReading]] = {}
    for each in readings:
        found.setdefault(key(each), []).append(each)
    return found


def _app(app_id: int, containers: list[ContainerReading], memory_total: int) -> AppReading:
    return AppReading(
        app_id=app_id,
        at=min(each.at for each in containers),
        usage=_sum(containers, memory_total),
        rates=_sum_of_rates(containers),
        restarts=sum(each.restarts for each in containers),
        is_stale=any(each.is_stale for each in containers),
        containers=tuple(sorted(containers, key=lambda each: (each.process or "", each.id))),
    )


def _sum(containers: list[ContainerReading], memory_total: int) -> Usage:
    """Limits are added up, but never to more than the machine has: that is the limit of those that have none."""
    if len(containers) == 1:
        return containers[0].usage
    parts = [each.usage for each in containers]
    used, limits = sum(part.memory_used for part in parts), [part.memory_limit for part in parts]
    limit = min(sum(limits), max(memory_total, *limits))
    return Usage(
        cpu_percent=sum(part.cpu_percent for part in parts),
        cores=max(part.cores for part in parts),
        memory_used=used,
        memory_limit=limit,
        memory_percent=100 * used / limit if limit else 0.0,
        network_received=sum(part.network_received for part in parts),
        network_sent=sum(part.network_sent for part in parts),
        block_read=sum(part.block_read for part in parts),
        block_written=sum(part.block_written for part in parts),
        pids=sum(part.pids for part in parts),
    )


def _sum_of_rates(containers: list[ContainerReading]) -> Rates | None:
    """None while one of them is not known: a sum without it would be a fall that never was."""
    if len(containers) == 1:
        return containers[0].rates
    parts = [each.rates for each in containers if each.rates is not None]
    if len(parts) < len(containers):
        return None
    return Rates(
        network_received=sum(part.network_received for part in parts),
        network_sent=sum(part.network_sent for part in parts),
        block_read=sum(part.block_read for part in parts),
        block_written=sum(part.block_written for part in parts),
    )


def _host_figures(host: HostReading) -> Mapping[str, float]:
    found: dict[str, float] = {
        "cpu": host.cpu_percent,
        "memory": host.memory_used,
        "memory_percent": host.memory_percent,
        "load": host.load[0],
        "swap": host.swap_used,
        "disk": host.disk_used,
        "disk_percent": host.disk_percent,
    }
    if host.network_received is not None and host.network_sent is not None:
        found |= {"network_received": host.network_received, "network_sent": host.network_sent}
    return found


def _figures(usage: Usage, rates: Rates | None) -> Mapping[str, float]:
    found: dict[str, float] = {
        "cpu": usage.cpu_percent,
        "memory": usage.memory_used,
        "memory_percent": usage.memory_percent,
        "pids": usage.pids,
    }
    if rates is not None:
        found |= {
            "network_received": rates.network_received,
            "network_sent": rates.network_sent,
            "block_read": rates.block_read,
            "block_written": rates.block_written,
        }
    return found
