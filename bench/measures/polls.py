"""What a poll costs on a large log, against a small one."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import docker

from bench.baselines import floor
from bench.baselines.seed import epoch_seconds
from bench.numbers import median
from bench.processes import cost_of
from bench.registry import Figure, measure
from bench.stage import Stage
from bench.writing import Writer
from paas.engine.client import Client
from paas.engine.containers import Containers
from paas.logs.container.follower import SMALLEST_WINDOW
from paas.logs.reading.frames import FrameReader
from paas.settings import Settings
from tests.waiting import eventually

SMALL, LARGE = 10_000, 1_000_000
LONGEST_ROUND_SECONDS = 8


@dataclass(frozen=True)
class Cost:
    """Of one poll, in ms."""

    takes: float
    engine_cpu: float


@measure("poll", "cost of a poll on 1 M lines against 10 k")
def poll(stage: Stage) -> list[Figure]:
    large = LARGE // 10 if stage.is_quick else LARGE
    with stage.writer() as a, stage.writer() as b:
        a.order(rate=0, count=SMALL)
        b.order(rate=0, count=large)
        for writer in (a, b):
            eventually(
                lambda writer=writer: _last_number(stage, writer) == writer.ordered - 1, 60, what="all is written"
            )
        ours = [_costs(stage, _waiting_poll(stage, writer), 300) for writer in (a, b)]
        seeds = [_costs(stage, _seed_poll(stage, writer), rounds) for writer, rounds in ((a, 50), (b, 3))]
        floors = [_costs(stage, _floor_opening(stage, writer), rounds) for writer, rounds in ((a, 20), (b, 1))]
    return [
        Figure(
            f"cost of a poll on {large:,} lines against {SMALL:,}",
            "ratio",
            ours[1].takes / ours[0].takes,
            seed=seeds[1].takes / seeds[0].takes,
            floor=floors[1].takes / floors[0].takes,
            target="<= 1.2",
            note="floor: docker logs -f until the last line is there",
        ),
        Figure("poll on the large log", "ms", ours[1].takes, seeds[1].takes, floors[1].takes),
        Figure("dockerd's CPU for it", "ms", ours[1].engine_cpu, seeds[1].engine_cpu, floors[1].engine_cpu),
        Figure(
            "dockerd's CPU for it on the small log", "ms", ours[0].engine_cpu, seeds[0].engine_cpu, floors[0].engine_cpu
        ),
    ]


def _costs(stage: Stage, one: Callable[[], None], rounds: int) -> Cost:
    one()
    taken: list[float] = []
    with cost_of(stage.engine_pid) as cost:
        while len(taken) < rounds and sum(taken) < LONGEST_ROUND_SECONDS * 1000:
            began = time.monotonic()
            one()
            taken.append((time.monotonic() - began) * 1000)
    return Cost(median(taken), 1000 * cost.cpu_seconds[stage.engine_pid] / len(taken))


def _last_number(stage: Stage, writer: Writer) -> int:
    text = stage.engine.client.containers.get(writer.name).logs(tail=1)
    return int(text.split()[0]) if text else -1


def _waiting_poll(stage: Stage, writer: Writer) -> Callable[[], None]:
    """The product's own request, until the window has come and the engine waits for news."""
    containers = Containers(Client(Settings.from_environment({"DOCKER_HOST": stage.engine.host})))

    def one() -> None:
        parser, count = FrameReader(), 0
        with containers.read_log(writer.id, tail=SMALLEST_WINDOW, follow=True) as stream:
            while count < SMALLEST_WINDOW:
                count += len(parser.feed(stream.read(10) or b""))

    return one


def _seed_poll(stage: Stage, writer: Writer) -> Callable[[], None]:
    container = docker.DockerClient(base_url=stage.engine.host, timeout=60).containers.get(writer.name)
    last = epoch_seconds(container.logs(tail=1, timestamps=True).decode().partition(" ")[0])
    return lambda: container.logs(since=last, timestamps=True)


def _floor_opening(stage: Stage, writer: Writer) -> Callable[[], None]:
    def one() -> None:
        with floor.open_log(stage.engine.host, writer.name, tail="all") as stream:
            texts = floor.entries(stream)
            for _ in range(writer.ordered):
                next(texts)

    return one
