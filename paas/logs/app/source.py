"""One container of an app, as its poller tells of it: what it says goes to the app's feed under the process's name."""

from collections.abc import Callable
from typing import Protocol

from paas.apps.members import Member
from paas.engine.containers import Container, Details
from paas.engine.engine import Engine
from paas.logs.app.kept import KeptLog, kept_log
from paas.logs.container.poller import Poller
from paas.logs.feed import Status
from paas.logs.marks import Happening, sortable
from paas.logs.reading.lines import LogLine
from paas.logs.reading.reader import LogReader

Item = LogLine | Happening


class Receiver(Protocol):
    """The app's feed, as far as a source needs to know it."""

    def put(self, source: "Source", items: list[tuple[str, Item]]) -> None:
        """Items with the times by which they are put in order."""
        ...

    def found(self, source: "Source", details: Details) -> None:
        """Its poller has seen the container, as it is now. What happens from here on the poller tells."""
        ...

    def changed(self, source: "Source") -> None:
        """Its status is another one."""
        ...

    def pace(self) -> float: ...


class Source:
    """A poller's Sink. ``status`` is None until the poller has seen the container."""

    def __init__(
        self,
        member: Member,
        feed: Receiver,
        engine: Engine,
        open_log: Callable[[Details], LogReader],
        *,
        from_beginning: bool,
    ) -> None:
        self.container: Container = member.container
        self.process, self.from_beginning = member.process, from_beginning
        self.id = member.container.id[:12]
        self.status: Status | None = None
        self.is_over = False
        """Whether it has ended, as far as was told."""
        self._feed, self._engine, self._open_log = feed, engine, open_log
        self._has_lines = self._is_found = False
        self._poller = Poller(
            member.container.id,
            self,
            title=member.process,
            containers=engine.containers,
            inventory=engine.inventory,
            open_log=open_log,
            from_beginning=from_beginning,
        )

    def start(self) -> None:
        self._poller.start()

    def stop(self) -> None:
        self._poller.stop()

    @property
    def is_live(self) -> bool:
        return self.status is not None and self.status.state == "live"

    @property
    def is_silent(self) -> bool:
        """Whether its log was read, and nothing was in it."""
        return not self._has_lines and self.status is not None and self.status.state != "lost"

    @property
    def is_unstarted(self) -> bool:
        return self.status is not None and self.status.details is not None and self.status.details.state == "created"

    @property
    def is_unreadable(self) -> bool:
        """Whether nothing of it will ever come."""
        return self.status is not None and self.status.state == "ended" and not (self.is_over or self.is_unstarted)

    @property
    def is_gone(self) -> bool:
        return self.status is not None and self.status.state == "ended" and self.status.details is None

    def kept(self) -> KeptLog | None:
        """Its log as it can be read now; None when the container is not there."""
        details = self._engine.inventory.details(self.container.id) or (self.status and self.status.details)
        return kept_log(self.container, details, self._open_log(details)) if details else None

    def lines(self, lines: list[LogLine]) -> None:
        self._has_lines = self._has_lines or bool(lines)
        self._feed.put(self, [(line.time, line) for line in lines])

    def mark(self, kind: str, message: str, time: str = "") -> None:
        if kind == "removed" and self.is_over:
            return  # it ended long ago: what is removed is what was kept of it
        self.is_over = kind == "exited" or (self.is_over and kind != "started")
        when = sortable(time) if time else ""
        process = "" if kind.startswith("engine_") else self.process
        self._feed.put(self, [(when, Happening(when, kind, message, process, self.id))])

    def pace(self) -> float:
        return self._feed.pace()

    def state(self, state: str, message: str, details: Details | None) -> None:
        if details is not None and not self._is_found:
            self._is_found = True
            self._feed.found(self, details)
        status = Status(state, message, details)
        if status != self.status:
            self.status = status
            self._feed.changed(self)
