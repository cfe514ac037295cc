"""Prints the log of an app as the dashboard shows it, once or as it goes on."""

from functools import partial
from queue import SimpleQueue
from typing import NamedTuple

import click

from paas.apps import catalogue
from paas.apps.app import App
from paas.apps.masking import Masks
from paas.broadcast import Batch, Marker
from paas.cli.opening import database, operator, settings, vault
from paas.deployments import log_marks
from paas.engine.engine import Engine
from paas.errors import Problem, Unavailable
from paas.logs.feed import Status
from paas.logs.filters import LineFilter
from paas.logs.hub import Hub
from paas.storage.instance import instance_id

INTERRUPTED = 130


class Said(NamedTuple):
    """Something to print. What has come as far as ``position`` has been shown once it is."""

    text: str
    is_line: bool = True
    position: str = ""


class Printer:
    """The hub's Outlet. It hands over to the thread that prints, as nothing in it may block."""

    crowd = None

    def __init__(self, *, with_time: bool) -> None:
        self.said: SimpleQueue[Said] = SimpleQueue()
        self._with_time = with_time

    def lines(self, batch: Batch, skipped: int) -> None:
        self._skip(skipped)
        rows = [line_of(row[1], row[2], row[4], with_time=self._with_time) for row in batch.rows]
        self.said.put(Said("\n".join(rows), position=batch.position))

    def marker(self, marker: Marker, skipped: int) -> None:
        self._skip(skipped)
        self.said.put(Said(" ".join(filter(None, ("---", marker.process, marker.message))), is_line=False))

    def status(self, status: Status) -> None:
        if status.state == "lost":
            self.said.put(Said(f"--- {status.message}", is_line=False))

    def problem(self, problem: Problem) -> None:
        self.said.put(Said(f"--- {problem.message}", is_line=False))

    def _skip(self, skipped: int) -> None:
        if skipped:
            self.said.put(Said(f"--- {skipped:,} lines were skipped", is_line=False))


def line_of(time: str, process: str, text: str, *, with_time: bool) -> str:
    return f"{time} {process} | {text}" if with_time else f"{process} | {text}"


def open_log(reference: str) -> tuple[Hub, App]:
    """The app of this name or id, and what reads its log; Unavailable when the engine does not answer."""
    opened = database()
    with opened.session() as session:
        app = catalogue.find(session, operator(session), reference)
        engine = Engine(settings(), instance_id(session))
    engine.start()
    health = engine.inventory.first_health()
    if not health.ok:
        raise Unavailable(health.message)
    return Hub(engine, masks=Masks(opened, vault()), notes=partial(log_marks.between, opened)), app


def show(hub: Hub, app: App, *, tail: int, only: LineFilter, with_time: bool) -> None:
    """What there is."""
    for line in hub.stored(app).read(tail=tail, only=only):
        click.echo(line_of(line.time, line.process, line.text, with_time=with_time))


def follow(hub: Hub, app: App, *, tail: int, only: LineFilter, with_time: bool) -> int:
    """And what comes, until it is interrupted; the exit status."""
    printer = Printer(with_time=with_time)
    watch = hub.watch_app(app, printer, tail=tail, only=only)
    watch.begin()
    try:
        while True:
            said = printer.said.get()
            click.echo(said.text, err=not said.is_line)
            if said.position:
                watch.taken(said.position)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        watch.end()
