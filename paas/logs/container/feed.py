"""The log of one container: one poller, whoever and however many watch it."""

from paas.broadcast import Marker
from paas.engine.containers import Details
from paas.engine.engine import Engine
from paas.errors import Unavailable
from paas.logs.container import history
from paas.logs.container.poller import Poller
from paas.logs.feed import Ahead, Feed, Past, Status
from paas.logs.filters import LineFilter
from paas.logs.marks import now
from paas.logs.reading.cursor import marked, parse_position
from paas.logs.reading.lines import LogLine
from paas.logs.reading.opening import LogOpener
from paas.logs.reading.reader import LogReader


class ContainerFeed(Feed):
    """Its poller's Sink. Positions are those of lines."""

    def __init__(self, name: str, engine: Engine, open_log: LogOpener) -> None:
        super().__init__(name, name)
        self.details: Details | None = None
        self._open_log, self._marks = open_log, 0
        self._poller = Poller(
            name,
            self,
            title=name,
            containers=engine.containers,
            inventory=engine.inventory,
            open_log=self._open,
        )

    def start(self) -> None:
        self._poller.start()

    def stop(self) -> None:
        self._poller.stop()

    def lines(self, lines: list[LogLine]) -> None:
        self.publish(lines)

    def mark(self, kind: str, message: str, time: str = "") -> None:
        last = self.all_lines.last_row
        self._marks += 1
        marker = Marker(kind, message, time or now(), marked(last[0], self._marks) if last else "")
        for channel in self.channels.values():
            channel.mark(marker, marker.position)

    def state(self, state: str, message: str, details: Details | None) -> None:
        self.details = details or self.details
        self.set_status(Status(state, message, details))
        self.is_ready.set()

    def missed(self, position: str, *, only: LineFilter, limit: int, is_patient: bool = True) -> Past:
        container, cursor = parse_position(position)
        reader, last = self._reader(), self.all_lines.last_row
        if reader is None and self.status.state == "lost":
            raise Unavailable(self.status.message)
        if reader is None:
            return Past()
        is_same = reader.id.startswith(container)
        found: history.Missed | None = history.Missed([], 0)
        if last is not None:
            after = cursor if is_same else None
            found = history.missed(reader, after=after, until=last[0], only=only, limit=limit)
        if found is None and is_patient:
            raise Ahead
        found = found or history.Missed([], 0)
        message = f"{self.name} was made again; the log of the former container went with it"
        markers = [] if is_same else [(0, Marker("replaced", message, now(), position))]
        return Past(found.lines, found.skipped, markers)

    def recent(self, *, only: LineFilter, limit: int) -> Past:
        reader, last = self._reader(), self.all_lines.last_row
        if reader is None or last is None:
            return Past()
        return Past(history.recent(reader, until=last[0], only=only, limit=limit))

    def _reader(self) -> LogReader | None:
        return None if self.details is None else self._open(self.details)

    def _open(self, details: Details) -> LogReader:
        return self._open_log(details, process=self.name)
