"""Takes a sample of its own, whether a dashboard runs or not, and puts it in lines for a terminal."""

import time
from collections.abc import Iterable, Iterator

from paas.apps import catalogue
from paas.cli.opening import database, operator, settings
from paas.engine.engine import Engine
from paas.errors import Unavailable
from paas.metrics.host import Host
from paas.metrics.owners import Owners
from paas.metrics.readings import ContainerReading, HostReading
from paas.metrics.sampler import Sampler
from paas.metrics.snapshot import AppReading, Snapshot
from paas.metrics.totals import Totals
from paas.storage.database import Database
from paas.storage.instance import instance_id

APART_SECONDS = 1.0
"""Between the two readings that are compared."""

SIZES = ("B", "KiB", "MiB", "GiB", "TiB")
HEAD = ("CPU %", "memory", "limit", "memory %", "received/s", "sent/s", "read/s", "written/s", "pids", "restarts")

Row = tuple[str, ...]


def of_machine() -> Iterator[str]:
    """The machine, and below it a table of all apps."""
    opened = database()
    with opened.session() as session:
        apps = catalogue.visible(session, operator(session))
    taken = _sample(opened)
    yield from _machine(taken.host)
    if apps:
        yield ""
        yield from _table("app", [(app.name, *_figures(taken.app(app.id))) for app in apps])


def of_app(reference: str) -> Iterator[str]:
    """A table of its containers, and what they use together."""
    opened = database()
    with opened.session() as session:
        app = catalogue.find(session, operator(session), reference)
    reading = _sample(opened).app(app.id)
    if reading is None:
        yield f"Nothing of {app.name} runs."
        return
    rows = [(each.process or each.name, *_figures(each)) for each in reading.containers]
    yield from _table("process", rows if len(rows) == 1 else [*rows, ("in all", *_figures(reading))])


def _sample(opened: Database) -> Snapshot:
    """The second one: the first has nothing to be compared with. Unavailable when the engine does not answer."""
    with opened.session() as session:
        instance = instance_id(session)
    engine = Engine(settings(), instance)
    engine.start()
    health = engine.inventory.first_health()
    if not health.ok:
        raise Unavailable(health.message)
    sampler = Sampler(engine, Host(settings()), Owners(opened, instance), Totals(engine))
    sampler.sample()
    time.sleep(APART_SECONDS)
    return sampler.sample()


def _machine(host: HostReading) -> Iterable[str]:
    load = " ".join(f"{each:.2f}" for each in host.load)
    return (
        f"CPU      {host.cpu_percent:.1f} % of {host.cores} cores, load {load}",
        f"memory   {_of(host.memory_used, host.memory_total)} ({host.memory_percent:.1f} %)",
        f"swap     {_of(host.swap_used, host.swap_total)}",
        f"disk     {_of(host.disk_used, host.disk_total)} ({host.disk_percent:.1f} %)",
        f"network  {_size(host.network_received)}/s received, {_size(host.network_sent)}/s sent",
    )


def _table(first: str, rows: list[Row]) -> Iterator[str]:
    cells = [(first, *HEAD), *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD) + 1)]
    for row in cells:
        numbers = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        yield "  ".join((row[0].ljust(widths[0]), *numbers))


def _figures(reading: AppReading | ContainerReading | None) -> Row:
    """A dash for what does not run, and for what is not known."""
    if reading is None:
        return ("-",) * len(HEAD)
    usage, rates = reading.usage, reading.rates
    passed = ("network_received", "network_sent", "block_read", "block_written")
    return (
        f"{usage.cpu_percent:.1f}",
        _size(usage.memory_used),
        _size(usage.memory_limit),
        f"{usage.memory_percent:.1f}",
        *(_size(getattr(rates, name, None)) for name in passed),
        str(usage.pids),
        str(reading.restarts),
    )


def _of(used: int, total: int) -> str:
    return f"{_size(used)} of {_size(total)}"


def _size(number: float | None) -> str:
    """Three digits or so, in binary units."""
    if number is None:
        return "-"
    unit = 0
    while number >= 1_000 and unit < len(SIZES) - 1:
        number, unit = number / 1024, unit + 1
    return f"{number:.0f} {SIZES[unit]}" if number >= 100 or unit == 0 else f"{number:.1f} {SIZES[unit]}"
