"""Two hundred viewers of one log on raw WebSockets, as the seeds' clients are. The floor opens an engine stream for
each."""

import time
from contextlib import ExitStack

from bench.crowd import Crowd
from bench.processes import cost_of
from bench.registry import Figure, measure
from bench.sides import Side
from bench.stage import Stage
from tests.web.live.deployed import Deployed

VIEWERS = 200
RATE = 100
LOADED_SECONDS = 20
SETTLE_SECONDS = 2
SIDES = ("quayside", "seed", "floor")


@measure("raw-viewers", "CPU and delay for 200 raw WebSockets on one log at 100 lines/s")
def raw_viewers(stage: Stage) -> list[Figure]:
    taken = {name: _watched(stage, name) for name in SIDES}
    reached = ", ".join(f"{name} {taken[name]['share']:.1%}" for name in SIDES)
    return [
        _figure(f"CPU for {VIEWERS} raw viewers at {RATE} lines/s", "% of a core", "server", taken),
        _figure("the same, of dockerd", "% of a core", "engine", taken),
        _figure("line to raw viewer, p50", "ms", "p50_ms", taken),
        _figure("line to raw viewer, p95", "ms", "p95_ms", taken, note=f"of what was written: {reached}"),
    ]


def _figure(what: str, unit: str, key: str, taken: dict[str, dict[str, float]], **more: str) -> Figure:
    ours, seed, floor = (taken[name][key] for name in SIDES)
    return Figure(what, unit, ours, seed=seed, floor=floor, **more)


def _watched(stage: Stage, name: str) -> dict[str, float]:
    seconds = stage.seconds(LOADED_SECONDS)
    with ExitStack() as stack:
        writer = stack.enter_context(stage.writer())
        side = stack.enter_context(stage.side(name))
        app = _adopted(side, writer.name) if name == "quayside" else ""
        crowd = stack.enter_context(Crowd(side, viewers=VIEWERS, containers=[writer.name], app=app))
        writer.order(rate=RATE, count=int(RATE * (SETTLE_SECONDS + seconds + 5)))
        time.sleep(SETTLE_SECONDS)
        before = crowd.counts()
        with cost_of(side.pid, stage.engine_pid) as cost:
            time.sleep(seconds)
        after = crowd.counts()
    assert after["gone"] == 0, f"{name}: {after['gone']} viewers were cut off"
    return {
        "server": 100 * cost.cores(side.pid),
        "engine": 100 * cost.cores(stage.engine_pid),
        "share": (after["lines"] - before["lines"]) / (RATE * cost.seconds * VIEWERS),
        "p50_ms": after["p50_ms"],
        "p95_ms": after["p95_ms"],
    }


def _adopted(side: Side, container: str) -> str:
    """An app of the container; its id."""
    deployed = Deployed(side.folder / "data")
    try:
        return str(deployed.adopted(container).id)
    finally:
        deployed.database.close()
