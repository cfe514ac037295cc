"""What it costs to look at fifty containers, and how long it takes to be told what one of them uses."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import requests

from bench.crowd import Crowd
from bench.measures.lateness import within
from bench.numbers import percentile
from bench.processes import cost_of
from bench.registry import Figure, measure
from bench.sides import Side
from bench.stage import Load, Stage
from tests import images
from tests.dashboard import PASSWORD, USERNAME
from tests.waiting import eventually

CONTAINERS, VIEWERS = 50, 20
SECONDS, LATE_SECONDS, ASKED = 40, 20, 400
BASELINE_ASKED = 5
SETTLE_SECONDS = 5
PAUSE_SECONDS = 0.05


@measure("monitor", "20 viewers of the metrics of 50 containers: CPU, lateness, and the answer of stats")
def monitor(stage: Stage) -> list[Figure]:
    with running(stage, CONTAINERS // 5 if stage.is_quick else CONTAINERS) as names:
        with stage.side("quayside") as side, looked_at(side, names) as (crowd, session):
            before = crowd.counts()
            with cost_of(side.pid, stage.engine_pid) as cost:
                time.sleep(stage.seconds(SECONDS))
            told = crowd.counts()["messages"] - before["messages"]
            stats_ms = list(answers_ms(session, f"{side.address}/api/v1/apps/{names[0]}/stats", stage))
            assert crowd.counts()["gone"] == 0, "viewers were cut off"
        late = _lateness(stage, names)
        engine_ms = [_of_the_engine_ms(stage, names[0]) for _ in range(BASELINE_ASKED)]
    late_ms = list(within(late))
    what = f"{len(names)} containers, {VIEWERS} viewers"
    return [
        Figure(
            f"monitoring {what}, CPU",
            "% of a core",
            100 * cost.cores(side.pid),
            target="<= 15",
            note=f"dockerd {100 * cost.cores(stage.engine_pid):.1f}; {told / cost.seconds:.1f} messages/s",
        ),
        Figure(
            f"loop late, {late.what}, p99",
            "ms",
            percentile(late_ms, 99),
            target="<= 50",
            note=f"p50 {percentile(late_ms, 50):.1f}, worst {max(late_ms):.1f}",
        ),
        Figure(
            "stats answer while it is looked at, p95",
            "ms",
            percentile(stats_ms, 95),
            seed=percentile(engine_ms, 95),
            target="<= 10",
            note=f"p50 {percentile(stats_ms, 50):.1f}; beside it, the engine asked each time",
        ),
    ]


@contextmanager
def running(stage: Stage, count: int) -> Iterator[list[str]]:
    """Names of so many containers that do next to nothing."""
    client, image = stage.engine.client, images.busybox(stage.engine)
    with ThreadPoolExecutor(8) as pool:
        made = list(
            pool.map(
                lambda number: client.containers.run(image, ["sleep", "100000"], detach=True, name=f"idle-{number}"),
                range(count),
            )
        )
        try:
            yield [container.name for container in made]
        finally:
            list(pool.map(lambda container: container.remove(force=True), made))


@contextmanager
def looked_at(side: Side, names: list[str]) -> Iterator[tuple[Crowd, requests.Session]]:
    """Each container is an app; half of the viewers look at the machine and all apps, the others at one app each."""
    with requests.Session() as session:
        answer = session.post(f"{side.address}/api/v1/login", json={"username": USERNAME, "password": PASSWORD})
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        for name in names:
            eventually(lambda name=name: _adopt(session, side, name), what=f"{name} is an app")
        watches = [json.dumps(each) for name in names for each in ([{"host": True}, {"apps": True}], [{"app": name}])]
        with Crowd(side, viewers=VIEWERS, containers=watches, of_metrics=True) as crowd:
            time.sleep(SETTLE_SECONDS)
            yield crowd, session


def _adopt(session: requests.Session, side: Side, name: str) -> bool:
    wanted = {"container": name, "name": name}
    return session.post(f"{side.address}/api/v1/apps", json=wanted).status_code == 201


def answers_ms(session: requests.Session, url: str, stage: Stage) -> Iterator[float]:
    """Over a connection that stays open, as a page has one."""
    for _ in range(int(stage.seconds(ASKED))):
        time.sleep(PAUSE_SECONDS)
        began = time.perf_counter()
        answer = session.get(url)
        yield (time.perf_counter() - began) * 1000
        assert answer.status_code == 200, answer.text
        assert not answer.json()["stale"], answer.text


def _lateness(stage: Stage, names: list[str]) -> Load:
    with stage.side("quayside", watches_loop=True) as side, looked_at(side, names):
        with stage.load(f"{len(names)} containers and {VIEWERS} viewers of metrics", side):
            time.sleep(stage.seconds(LATE_SECONDS))
        return stage.loads[-1]


def _of_the_engine_ms(stage: Stage, name: str) -> float:
    began = time.perf_counter()
    stage.engine.client.api.stats(name, stream=False)
    return (time.perf_counter() - began) * 1000
