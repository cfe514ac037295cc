"""The logs of an app's containers as far as their engine keeps them, read as one: in the order of their times, which
within a container is the engine's own."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from heapq import merge
from operator import attrgetter

from paas.apps.app import App
from paas.apps.members import members
from paas.engine.containers import READABLE_DRIVERS, Container, Details, epoch_seconds
from paas.engine.engine import Engine
from paas.errors import Invalid, NotFound
from paas.logs.container import history
from paas.logs.filters import LineFilter
from paas.logs.marks import Happening, of_last_run
from paas.logs.reading.cursor import stamp_of
from paas.logs.reading.lines import LogLine
from paas.logs.reading.opening import LogOpener
from paas.logs.reading.reader import LogReader

LAST_WORD_SECONDS = 1.0
"""How much younger than its container's end a line may be: the engine may still read what the process has written."""


@dataclass(frozen=True)
class KeptLog:
    """One container's. ``began`` and ``ended`` (empty while it runs) are times that none of its lines lies beyond."""

    reader: LogReader
    details: Details
    began: str
    ended: str

    @property
    def id(self) -> str:
        return self.reader.id[:12]

    def happenings(self) -> list[Happening]:
        return of_last_run(self.details, self.reader.process)


def kept_log(container: Container, details: Details, reader: LogReader) -> KeptLog:
    began = stamp_of(container.created_at).decode()
    if details.is_running:
        return KeptLog(reader, details, began, "")
    finished_at = epoch_seconds(details.finished_at)
    ended = began if finished_at is None else stamp_of(finished_at + LAST_WORD_SECONDS).decode()
    return KeptLog(reader, details, began, ended)


def kept_logs(app: App, engine: Engine, open_log: LogOpener) -> list[KeptLog]:
    """Those that the engine can read back. Unavailable while it has never answered."""
    found = []
    for container, process in members(app, engine.inventory.all(), instance=engine.workloads.instance):
        with suppress(NotFound):
            details = engine.inventory.details(container.id) or engine.containers.inspect(container.id)
            if details.log_driver in READABLE_DRIVERS:
                reader = open_log(details, process=process, app_id=app.id)
                found.append(kept_log(container, details, reader))
    return found


def wanted(logs: Iterable[KeptLog], only: LineFilter) -> list[KeptLog]:
    """Those whose lines can match."""
    return [log for log in logs if only.wants(log.reader.process)]


def in_time(*logs: Iterable[LogLine]) -> Iterator[LogLine]:
    """Lines of several logs as those of one; each keeps its own order."""
    return merge(*logs, key=_time)


_time: Callable[[LogLine], str] = attrgetter("time")


def last_of(lines: list[LogLine], limit: int, characters: int) -> list[LogLine]:
    """The newest ones: at most ``limit``, and but for one no more than so many characters."""
    return list(reversed(first_of(lines[::-1], limit, characters)))


def first_of(lines: list[LogLine], limit: int, characters: int) -> list[LogLine]:
    """The first ones, within the same bounds."""
    for count, line in enumerate(lines[:limit]):
        characters -= len(line.text)
        if characters < 0:
            return lines[: max(count, 1)]
    return lines[:limit]


def read(
    logs: list[KeptLog], *, tail: int | None, only: LineFilter, since: str = "", until: str = ""
) -> Iterator[LogLine]:
    """The one-shot read of ``history.read``, over all these logs."""
    if tail is None:
        yield from _everything(logs, only, since, until)
        return
    found: list[LogLine] = []
    for log in newest_first(logs):
        if len(found) == tail and is_past(log, found):
            continue
        with suppress(NotFound):
            lines = history.read(log.reader, tail=tail, only=only, since=since, until=until)
            found = list(in_time(found, lines))[-tail:] if tail else []
        if sum(len(line.text) for line in found) > history.MOST_HELD_CHARACTERS:
            raise Invalid("These lines are too long to be held until the last one. Ask for fewer, or with tail=all.")
    yield from found


def newest_first(logs: list[KeptLog]) -> list[KeptLog]:
    """Those that run, then those that ended, the last one first: the old ones need not be read for the last lines."""
    return sorted(logs, key=lambda log: (log.ended or "~", log.began), reverse=True)


def is_past(log: KeptLog, found: list[LogLine]) -> bool:
    """Whether all of the log lies before these lines."""
    return bool(log.ended) and bool(found) and log.ended < found[0].time


def _everything(logs: list[KeptLog], only: LineFilter, since: str, until: str) -> Iterator[LogLine]:
    """A log is opened when its time has come: five deployments of twenty containers are a hundred of them."""

    def opened(log: KeptLog) -> Iterator[LogLine]:
        yield LogLine("", log.began, "", "", "")
        with suppress(NotFound):
            yield from history.read(log.reader, tail=None, only=only, since=since, until=until)

    return (line for line in in_time(*map(opened, logs)) if line.position)
