"""Two hundred viewers of one container: what they cost the engine, and what they cost the dashboard."""

import time
from contextlib import ExitStack

from bench.crowd import Crowd
from bench.processes import cost_of
from bench.registry import Figure, measure
from bench.stage import Stage
from tests.end_to_end.proxies import EngineCounter

VIEWERS = 200
COUNTED_SECONDS = {"quayside": 30, "seed": 15, "floor": 15}
RATE = 100
LOADED_SECONDS = 20
SETTLE_SECONDS = 2
SIDES = ("quayside", "seed", "floor")


@measure("requests", "engine requests with 200 viewers of one container against 1")
def requests(stage: Stage) -> list[Figure]:
    crowds, alone, seconds = {}, {}, stage.seconds(COUNTED_SECONDS["quayside"])
    for name in SIDES:
        crowds[name], alone[name] = (_log_requests(stage, name, viewers=viewers) for viewers in (VIEWERS, 1))
    return [
        Figure(
            "engine requests, 200 viewers more than 1",
            "requests",
            crowds["quayside"] - alone["quayside"],
            seed=crowds["seed"] - alone["seed"],
            floor=crowds["floor"] - alone["floor"],
            target="= 0",
            note=f"for logs: {crowds['quayside']} and {alone['quayside']} in {seconds:.0f} s; the baselines in half",
        )
    ]


def _log_requests(stage: Stage, name: str, *, viewers: int) -> int:
    """Requests for logs in the seconds since the first viewer came, while the container writes a line a second."""
    folder = stage.new_folder()
    folder.mkdir()
    seconds = stage.seconds(COUNTED_SECONDS[name])
    with (
        stage.writer() as writer,
        EngineCounter(folder, stage.engine.host) as counter,
        stage.side(name, docker_host=counter.host) as side,
    ):
        writer.order(rate=1, count=int(seconds))
        side.wait_for(writer.name)
        ends = time.monotonic() + seconds
        with Crowd(side, viewers=viewers, containers=[writer.name]):
            time.sleep(max(0, ends - time.monotonic()))
        return counter.asked["GET /containers/ID/logs"] + counter.asked[f"GET /containers/{writer.name}/logs"]


@measure("crowd", "CPU of the dashboard for 200 viewers of one container at 100 lines/s")
def crowd(stage: Stage) -> list[Figure]:
    results = {name: watched_by_many(stage, name) for name in SIDES}
    cores, per_second, share = zip(*(results[name] for name in SIDES), strict=True)
    note = f"{share[0]:.1%} of what was written reached them"
    return [
        Figure("CPU for 200 viewers at 100 lines/s", "% of a core", *(100 * one for one in cores), note=note),
        Figure("lines delivered per CPU-second", "lines", *per_second, note="of the server, dockerd left out"),
    ]


def watched_by_many(stage: Stage, name: str) -> tuple[float, float, float]:
    """Cores used, lines delivered for each CPU-second, and the share of all lines that were delivered."""
    return stage.once(("crowd", name), lambda: _watched_by_many(stage, name))


def _watched_by_many(stage: Stage, name: str) -> tuple[float, float, float]:
    seconds = stage.seconds(LOADED_SECONDS)
    with ExitStack() as stack:
        writer = stack.enter_context(stage.writer())
        side = stack.enter_context(stage.side(name, watches_loop=True))
        crowd = stack.enter_context(Crowd(side, viewers=VIEWERS, containers=[writer.name]))
        writer.order(rate=RATE, count=int(RATE * (SETTLE_SECONDS + seconds + 5)))
        time.sleep(SETTLE_SECONDS)
        before = crowd.counts()
        with cost_of(side.pid) as cost, stage.load(f"{VIEWERS} viewers at {RATE} lines/s", side):
            time.sleep(seconds)
        after = crowd.counts()
    assert after["gone"] == 0, f"{name}: {after['gone']} viewers were cut off"
    lines = after["lines"] - before["lines"]
    cpu_seconds = cost.cpu_seconds[side.pid]
    return cost.cores(side.pid), lines / max(cpu_seconds, 0.01), lines / (RATE * cost.seconds * VIEWERS)
