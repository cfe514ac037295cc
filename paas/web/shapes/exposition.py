"""The last sample, and how deployments stand, as Prometheus reads them. Names follow its conventions: base units, and
``_total`` for what only grows. What is stale or not known is left out, which Prometheus takes for a gap.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from paas.metrics.readings import ContainerReading, HostReading
from paas.metrics.snapshot import Snapshot

OfHost = Callable[[HostReading], float | None]
OfContainer = Callable[[ContainerReading], float | None]

HOST: tuple[tuple[str, str, OfHost], ...] = (
    ("cpu_used_ratio", "CPU of all cores together, 0 to 1", lambda host: host.cpu_percent / 100),
    ("cpu_cores", "Cores of the machine", lambda host: host.cores),
    ("load1", "Load over one minute", lambda host: host.load[0]),
    ("load5", "Load over five minutes", lambda host: host.load[1]),
    ("load15", "Load over fifteen minutes", lambda host: host.load[2]),
    ("memory_used_bytes", "Memory in use, without the cache", lambda host: host.memory_used),
    ("memory_bytes", "Memory of the machine", lambda host: host.memory_total),
    ("swap_used_bytes", "Swap in use", lambda host: host.swap_used),
    ("swap_bytes", "Swap of the machine", lambda host: host.swap_total),
    ("disk_used_bytes", "Used on the disk of the dashboard's data", lambda host: host.disk_used),
    ("disk_bytes", "Size of the disk of the dashboard's data", lambda host: host.disk_total),
    ("engine_disk_used_bytes", "Used on the disk of the engine's data", lambda host: host.engine_disk_used),
    ("engine_disk_bytes", "Size of the disk of the engine's data", lambda host: host.engine_disk_total),
    ("network_receive_bytes_per_second", "Received by the machine", lambda host: host.network_received),
    ("network_transmit_bytes_per_second", "Sent by the machine", lambda host: host.network_sent),
    ("boot_time_seconds", "When the machine was started, in Unix seconds", lambda host: host.booted_at),
)

GAUGES: tuple[tuple[str, str, OfContainer], ...] = (
    ("cpu_used_cores", "Cores in use", lambda each: each.usage.cpu_percent / 100),
    ("memory_used_bytes", "Memory in use, without the cache", lambda each: each.usage.memory_used),
    ("memory_limit_bytes", "Memory that it may use", lambda each: each.usage.memory_limit),
    ("pids", "Processes and threads", lambda each: each.usage.pids),
    ("healthy", "Whether its check passes; left out where nothing checks it", lambda each: _healthy(each.health)),
)

COUNTERS: tuple[tuple[str, str, OfContainer], ...] = (
    ("network_receive_bytes", "Received since its start", lambda each: each.usage.network_received),
    ("network_transmit_bytes", "Sent since its start", lambda each: each.usage.network_sent),
    ("block_read_bytes", "Read from disks since its start", lambda each: each.usage.block_read),
    ("block_written_bytes", "Written to disks since its start", lambda each: each.usage.block_written),
    ("restarts", "How often the engine has started it anew", lambda each: each.restarts),
)

LABELS = ("app", "process", "container")


@dataclass(frozen=True)
class Told:
    """What is told: the last sample if there is one, apps' names by their ids, whether the engine answers, deployments
    by app and status, and how many sockets watch something."""

    snapshot: Snapshot | None
    names: Mapping[int, str]
    is_engine_up: bool
    deployments: Mapping[tuple[int, str], int]
    viewers: int


def text(told: Told, accept: str) -> tuple[bytes, str]:
    """In the form that the request's ``Accept`` prefers, and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(told))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Collected(Collector):
    def __init__(self, told: Told) -> None:
        self._told = told

    def collect(self) -> Iterable[Metric]:
        told = self._told
        yield GaugeMetricFamily("quayside_engine_up", "Whether the engine answers", float(told.is_engine_up))
        yield GaugeMetricFamily("quayside_viewers", "Open sockets through which somebody watches", told.viewers)
        yield _deployments(told)
        if told.snapshot is not None:
            yield from _of_snapshot(told.snapshot, told.names)


def _of_snapshot(snapshot: Snapshot, names: Mapping[int, str]) -> Iterator[Metric]:
    yield GaugeMetricFamily("quayside_sample_timestamp_seconds", "When this was read, in Unix seconds", snapshot.at)
    for name, words, of_host in HOST:
        if (value := of_host(snapshot.host)) is not None:
            yield GaugeMetricFamily(f"quayside_host_{name}", words, value)
    if (engine := snapshot.engine) is not None and not engine.is_stale:
        yield GaugeMetricFamily("quayside_engine_containers", "Containers, running or not", engine.total)
        yield GaugeMetricFamily("quayside_engine_containers_running", "Containers that run", engine.running)
        yield GaugeMetricFamily("quayside_engine_images", "Images", engine.images)
    fresh = [each for each in snapshot.containers.values() if not each.is_stale]
    for name, words, of_container in GAUGES:
        yield _of_each(
            GaugeMetricFamily(f"quayside_container_{name}", words, labels=LABELS), fresh, names, of_container
        )
    for name, words, of_container in COUNTERS:
        counter = CounterMetricFamily(f"quayside_container_{name}", words, labels=LABELS)
        yield _of_each(counter, fresh, names, of_container)


def _of_each(
    family: GaugeMetricFamily | CounterMetricFamily,
    containers: list[ContainerReading],
    names: Mapping[int, str],
    value: OfContainer,
) -> Metric:
    for each in containers:
        if (number := value(each)) is not None:
            family.add_metric([names.get(each.app_id or 0, ""), each.process or "", each.name], number)
    return family


def _deployments(told: Told) -> Metric:
    family = GaugeMetricFamily("quayside_deployments", "Deployments by how they stand", labels=("app", "status"))
    for (app_id, status), count in sorted(told.deployments.items()):
        if app_id in told.names:
            family.add_metric([told.names[app_id], status], count)
    return family


def _healthy(health: str) -> float | None:
    return {"healthy": 1.0, "unhealthy": 0.0}.get(health)
