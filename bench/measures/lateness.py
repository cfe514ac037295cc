"""How late the dashboard's loop is: by a green thread that sleeps 10 ms at a time, under the loads of this run."""

from collections.abc import Iterator

from bench.measures import crowds, latency
from bench.numbers import percentile
from bench.registry import Figure, measure
from bench.stage import Load, Stage


@measure("lateness", "lateness of the loop under these loads")
def lateness(stage: Stage) -> list[Figure]:
    """At least two loads; any other of this run is reported too."""
    latency.at_rate(stage, "quayside", 20_000)
    crowds.watched_by_many(stage, "quayside")
    return [_figure(load) for load in stage.loads]


def _figure(load: Load) -> Figure:
    late_ms = list(within(load))
    note = f"p50 {percentile(late_ms, 50):.1f}, worst {max(late_ms):.1f}; the baselines have no loop"
    return Figure(f"loop late, {load.what}, p99", "ms", percentile(late_ms, 99), target="<= 50", note=note)


def within(load: Load) -> Iterator[float]:
    """How late the loop was each time while it bore this load, in ms."""
    for line in load.lateness.read_text().splitlines():
        at, late_ms = map(float, line.split())
        if load.began <= at <= load.ended:
            yield late_ms
