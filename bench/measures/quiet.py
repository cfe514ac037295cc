"""What it costs to watch twenty containers that write nothing."""

import time
from contextlib import ExitStack

from bench.crowd import Crowd
from bench.processes import cost_of
from bench.registry import Figure, measure
from bench.stage import Stage

CONTAINERS = 20
SECONDS = {"quayside": 60, "seed": 20, "floor": 20}
SETTLE_SECONDS = 3


@measure("quiet", "CPU of dashboard and dockerd for 20 watched quiet containers")
def quiet(stage: Stage) -> list[Figure]:
    with ExitStack() as stack:
        names = [stack.enter_context(stage.writer()).name for _ in range(CONTAINERS)]
        both = {name: _percent(stage, name, names) for name in SECONDS}
    ours, engines = both["quayside"]
    return [
        Figure(
            "CPU for 20 watched quiet containers, both processes",
            "% of a core",
            ours + engines,
            seed=sum(both["seed"]),
            floor=sum(both["floor"]),
            target="<= 1",
            note=f"dashboard {ours:.2f}, dockerd {engines:.2f} over {stage.seconds(SECONDS['quayside']):.0f} s",
        )
    ]


def _percent(stage: Stage, name: str, containers: list[str]) -> tuple[float, float]:
    """Of the server and of dockerd. Started by ``app.py``: the watch on the loop would cost more than is measured."""
    with stage.side(name) as side, Crowd(side, viewers=len(containers), containers=containers) as crowd:
        time.sleep(SETTLE_SECONDS)
        with cost_of(side.pid, stage.engine_pid) as cost:
            time.sleep(stage.seconds(SECONDS[name]))
        assert crowd.counts()["gone"] == 0, f"{name}: viewers were cut off"
    return 100 * cost.cores(side.pid), 100 * cost.cores(stage.engine_pid)
