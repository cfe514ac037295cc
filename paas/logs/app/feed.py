"""The log of an app: of all its containers, old and new, in one. A poller for each, whoever and however many watch.

It begins with the newest lines of all of them, in the order of their times; from then on lines are put in order as they
come (``merging``). A container that appears later is taken from its first line. The place after each batch says how far
every container was taken, so that who comes back misses nothing, whatever order they were shown in."""

import threading
from heapq import merge
from operator import attrgetter
from time import time

from paas.apps.app import App
from paas.apps.members import Member, members
from paas.broadcast import RING_LINES, batches
from paas.engine.containers import Details
from paas.engine.engine import Engine
from paas.errors import Unavailable
from paas.logs.app.kept import KeptLog
from paas.logs.app.log import happened
from paas.logs.app.pages import AppPages
from paas.logs.app.past import AppPast, Happened
from paas.logs.app.place import Place, parse_place
from paas.logs.app.sequencer import Sequencer
from paas.logs.app.source import Item, Source
from paas.logs.app.telling import tell, told
from paas.logs.container.pages import Pages
from paas.logs.feed import Ahead, Feed, Past, Status
from paas.logs.filters import LineFilter
from paas.logs.marks import Happening, Note, Notes, noted, of_last_run
from paas.logs.reading.cursor import marked, stamp_of
from paas.logs.reading.lines import LogLine
from paas.logs.reading.opening import LogOpener
from paas.logs.reading.reader import LogReader

GATHER_SECONDS = 3.0
"""How long the first lines of all containers are waited for; then it begins with those that are there."""

NOTES = "notes"


class AppFeed(Feed):
    """Its sources' Receiver. Positions are places in the logs of all its containers."""

    past_has_markers = True

    def __init__(self, app: App, engine: Engine, open_log: LogOpener, *, pages: Pages, notes: Notes) -> None:
        super().__init__(app.id, app.name)
        self._app, self._engine, self._open_log, self._notes = app, engine, open_log, notes
        self._sources: dict[str, Source] = {}
        self._removed: set[str] = set()
        """Ids of containers that are gone: the engine's list may name one for a moment longer."""
        self._lost: set[str] = set()
        self._noted: set[Happening] = set()
        self._told: set[tuple[str, str, str]] = set()
        self._place, self._marks = Place(), 0
        self._is_started = self._has_begun = False
        self._past = AppPast(AppPages(pages))
        self._sequencer = Sequencer(self._show, self.pace)
        self._sequencer.join(NOTES)

    def start(self) -> None:
        self._end_listening = self._engine.inventory.listen(self._look_up)
        self._sequencer.start()
        self._look_up()
        self._is_started = True
        timer = threading.Timer(GATHER_SECONDS, self._begin)
        timer.daemon = True
        timer.start()
        self._begin_if_gathered()

    def stop(self) -> None:
        self._end_listening()
        self._sequencer.stop()
        for source in self._sources.values():
            source.stop()

    def note(self, note: Note) -> None:
        """What was noted before may be told again."""
        self._put_new(NOTES, [noted(note)])

    def missed(self, position: str, *, only: LineFilter, limit: int, is_patient: bool = True) -> Past:
        until, happened, place = self._place.copy(), self._happened_until_now(), parse_place(position)
        if any(self._is_on_its_way(source, until) for source in self._sources.values()):
            if not self._engine.health.ok:
                raise Unavailable(self._engine.health.message)
            if is_patient:
                raise Ahead
        if is_patient and any(each.container for each in told(self._coming(), place)):
            raise Ahead  # what was told elsewhere is still to come here
        return self._past.missed(
            self._kept(), place, until, only=only, limit=limit, happened=happened, is_patient=is_patient
        )

    def recent(self, *, only: LineFilter, limit: int) -> Past:
        until, happened = self._place.copy(), self._happened_until_now()
        return self._past.recent(self._kept(), until, only=only, limit=limit, happened=happened)

    def _is_on_its_way(self, source: Source, place: Place) -> bool:
        """Whether the end of this log is still to be shown, so that nobody knows yet where it begins."""
        return not place.shown(source.id) and not source.is_silent

    # As its sources' Receiver

    def put(self, source: Source, items: list[tuple[str, Item]]) -> None:
        first = next((item for _, item in items if isinstance(item, LogLine)), None)
        if first is not None and not source.from_beginning and self._place.part(source.id).cursor is None:
            self._place.stop_before(first.position)  # what it wrote earlier is not to come
        self._sequencer.put(source.id, [each for each in items if self._is_news(source, each[1])])

    def found(self, source: Source, details: Details) -> None:
        """When its last run began is told here, where the log has begun without it and its poller takes no start."""
        if self._has_begun and not source.from_beginning:
            started = [each for each in of_last_run(details, source.process) if each.kind == "started"]
            self._put_new(source.id, started)

    def changed(self, source: Source) -> None:
        self._sequencer.set_live(source.id, is_live=source.is_live)
        if source.is_gone:
            self._leave(source)
        elif source.is_unstarted:
            self._place.drop(source.id)  # its start is to be told
        elif source.is_unreadable:
            self._place.end(source.id)
        self._begin_if_gathered()
        self._tell()

    def _put_new(self, name: str, happenings: list[Happening]) -> None:
        new = [each for each in happenings if each not in self._noted]
        self._noted.update(new)
        self._sequencer.put(name, [(each.time, each) for each in new])

    def _is_news(self, source: Source, item: Item) -> bool:
        """An engine that does not answer is lost to every container, and is told of once."""
        if not isinstance(item, Happening) or not item.kind.startswith("engine_"):
            return True
        was_lost = bool(self._lost)
        if item.kind == "engine_lost":
            self._lost.add(source.id)
        else:
            self._lost.discard(source.id)
        return was_lost != bool(self._lost)

    # Its containers

    def _look_up(self) -> None:
        """Take in what has appeared."""
        try:
            rows = self._engine.inventory.all()
        except Unavailable:
            rows = ()
        known = self._sources.keys() | self._removed
        found = members(self._app, rows, instance=self._engine.workloads.instance)
        for source in [self._join(member) for member in found if member.container.id not in known]:
            source.start()
        self._tell()

    def _join(self, member: Member) -> Source:
        def open_log(details: Details) -> LogReader:
            return self._open_log(details, process=member.process, app_id=self._app.id)

        source = Source(member, self, self._engine, open_log, from_beginning=self._is_started)
        self._sources[member.container.id] = source
        if not source.from_beginning:
            self._place.join(source.id)  # others when their start is told
        self._sequencer.join(source.id)
        return source

    def _leave(self, source: Source) -> None:
        del self._sources[source.container.id]
        self._removed.add(source.container.id)
        self._lost.discard(source.id)
        self._sequencer.leave(source.id)
        source.stop()

    def _kept(self) -> list[KeptLog]:
        return [log for source in tuple(self._sources.values()) if (log := source.kept()) is not None]

    def _happened_until_now(self) -> Happened:
        """What happened after a time, as far as it went to the channel by now: the rest will come from there."""
        shown = frozenset(self._told)
        return lambda since: [each for each in self._known(since) if _identity(each) in shown]

    def _coming(self) -> list[Happening]:
        return [each for each in self._known("") if _identity(each) not in self._told]

    def _known(self, since: str) -> list[Happening]:
        return happened(self._app.id, self._kept(), self._notes, since=since)

    def _tell(self) -> None:
        self.set_status(_status(self._app, list(self._sources.values()), self._engine.health.ok))

    # What is shown

    def _begin_if_gathered(self) -> None:
        if self._is_started and all(source.status is not None for source in self._sources.values()):
            self._begin()

    def _begin(self) -> None:
        """Show the newest of what was gathered, and what happened meanwhile."""
        if self._has_begun:
            return
        self._has_begun = True
        # How containers ended is told by their pollers.
        meanwhile = [each for each in self._known("") if each.kind != "exited" and each not in self._noted]
        self._noted.update(meanwhile)
        older, shown = _newest(self._sequencer.begin())
        self._place.take(item.position for item in older if isinstance(item, LogLine))
        for item in older:
            if isinstance(item, Happening):
                self._tell_of(item)
        since = next(item.time for item in shown if isinstance(item, LogLine)) if older else ""
        self._place.told = max(self._place.told, since)
        self._told.update(_identity(each) for each in meanwhile if each.time < since)
        self._show(list(merge(shown, [each for each in meanwhile if each.time >= since], key=attrgetter("time"))))
        self.is_ready.set()

    def _show(self, items: list[Item]) -> None:
        lines: list[LogLine] = []
        for item in items:
            if isinstance(item, LogLine):
                lines.append(item)
            else:
                self._show_lines(lines)
                self._show_mark(item)
                lines = []
        self._show_lines(lines)

    def _show_lines(self, lines: list[LogLine]) -> None:
        for part in batches(lines):
            self._place.take(row[0] for row in part)
            for removed in self._removed:
                self._place.drop(removed)
            self.publish([line for line in part if isinstance(line, LogLine)], end=str(self._place))

    def _tell_of(self, happening: Happening) -> None:
        tell(self._place, happening)
        self._told.add(_identity(happening))

    def _show_mark(self, happening: Happening) -> None:
        if happening.time and _identity(happening) in self._told:
            return  # a run can be seen by its poller and at the beginning
        self._tell_of(happening)
        self._marks += 1
        happening = happening._replace(time=happening.time or stamp_of(time()).decode())
        marker = happening.at(marked(str(self._place), self._marks))
        for only, channel in self.channels.items():
            if not happening.process or only.wants(happening.process):
                channel.mark(marker, marker.position)


def _identity(happening: Happening) -> tuple[str, str, str]:
    """Its words may differ with who tells it."""
    return happening.kind, happening.time, happening.container[:12]


def _newest(items: list[Item]) -> tuple[list[Item], list[Item]]:
    """What the ring has no room for, and what it has."""
    lines = [index for index, item in enumerate(items) if isinstance(item, LogLine)]
    cut = lines[-RING_LINES] if len(lines) > RING_LINES else 0
    return items[:cut], items[cut:]


def _status(app: App, sources: list[Source], engine_answers: bool) -> Status:
    names = tuple(sorted({source.process for source in sources}, key=_by_type_and_number))
    known = [source.status for source in sources if source.status is not None]
    for state in ("lost", "live"):
        messages = [status.message for status in known if status.state == state]
        if messages:
            return Status(state, next(filter(None, messages), ""), processes=names)
    if not engine_answers:
        return Status("lost", "The engine does not answer.", processes=names)
    ended = max(known, key=lambda status: status.details.finished_at if status.details else "", default=None)
    message = ended.message if ended else f"{app.name} has no container. Its lines appear here once it has one."
    return Status("ended", message, processes=names)


def _by_type_and_number(process: str) -> tuple[str, int, str]:
    kind, _, number = process.rpartition(".")
    return kind or number, len(number), number
