"""The processes of an app as its first page shows them: what each runs, how many it should have, and how those are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paas.deployments.processes import Process
from paas.engine import labels
from paas.engine.containers import Container
from paas.web.shapes.containers import detail, state_word
from paas.web.times import ago, iso


@dataclass(frozen=True)
class ContainerRow:
    """``called`` is ``web.1``, or for what somebody else made its name."""

    called: str
    name: str
    word: str
    detail: str
    since_iso: str
    since_words: str


@dataclass(frozen=True)
class ProcessRow:
    """``field`` is the name of its number in the form."""

    name: str
    field: str
    command: str
    wanted: int
    is_locked: bool
    containers: tuple[ContainerRow, ...]


def process_rows(processes: Sequence[Process], now_there: Iterable[Container], now: float) -> list[ProcessRow]:
    """Each process with its containers; those of a process that is no more come last."""
    by_process: dict[str, list[Container]] = {process.name: [] for process in processes}
    for container in sorted(now_there, key=_order):
        by_process.setdefault(container.labels.get(labels.PROCESS, ""), []).append(container)
    known = {process.name: process for process in processes}
    return [_row(known.get(name, Process(name, "", 0)), found, now) for name, found in by_process.items()]


def container_row(container: Container, now: float) -> ContainerRow:
    process, number = container.labels.get(labels.PROCESS), container.labels.get(labels.NUMBER)
    return ContainerRow(
        called=f"{process}.{number}" if process and number else container.name,
        name=container.name,
        word=state_word(container),
        detail=detail(container),
        since_iso=iso(container.since) if container.since else "",
        since_words=ago(container.since, now) if container.since else "",
    )


def _row(process: Process, found: Sequence[Container], now: float) -> ProcessRow:
    return ProcessRow(
        name=process.name,
        field=f"scale-{process.name}",
        command=process.command,
        wanted=process.wanted,
        is_locked=process.is_locked,
        containers=tuple(container_row(each, now) for each in found),
    )


def _order(container: Container) -> tuple[str, int, str]:
    number = container.labels.get(labels.NUMBER, "")
    return container.labels.get(labels.PROCESS, ""), int(number) if number.isdigit() else 0, container.name
