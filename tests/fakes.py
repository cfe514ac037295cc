"""An engine in memory, as an object that behaves: containers with append-only logs in the engine's own bytes, which
rotate, break off, hang and go away when a test's script says so.
Whoever waits runs the next step of the script or moves the clock: minutes take milliseconds, and need no threads.
"""

import itertools
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import SimpleNamespace

from paas.engine.containers import Container, Details
from paas.engine.inventory import Health
from paas.errors import NotFound, Unavailable
from paas.logs.reading.frames import Entry
from tests.stored import EPOCH, SECOND, STDERR, STDOUT, Copier, framed, stamp
from tests.world import Step, World

INSTANCE = "f00dface"
"""What the dashboard of this engine writes on what it makes."""


class FakeContainer:
    """One container and its log. ``kept_from`` is the first entry that rotation has left."""

    def __init__(
        self, engine: "FakeEngine", number: int, name: str, *, tty: bool, driver: str, rotates: bool,
        labels: Mapping[str, str],
    ):  # fmt: skip
        self.engine = engine
        self.id = f"{number:012x}".ljust(64, "f")
        self.entries: list[Entry] = []
        self.kept_from = 0
        never = "0001-01-01T00:00:00Z"
        self.details = Details(
            id=self.id, name=name, state="created", started_at=never, tty=tty, log_driver=driver,
            finished_at=never, exit_code=0, health="", out_of_memory=False, rotates=rotates, labels=labels,
        )  # fmt: skip
        self.created_at = engine.tick() // SECOND
        self._copiers: dict[int, Copier] = {}
        self.rotations: list[tuple[int, int]] = []
        """For each, the entries up to which followers still read, and the one from which they go on."""

    def start(self) -> "FakeContainer":
        part, clock = self.engine.part_bytes, self.engine.tick
        self._copiers = {
            STDOUT: Copier(self.entries.append, STDOUT, clock, part),
            STDERR: Copier(self.entries.append, STDERR, lambda: clock() - self.engine.lateness, part),
        }
        self.details = replace(self.details, state="running", started_at=stamp(self.engine.tick()).decode())
        return self

    def exit(self, code: int = 0) -> None:
        for copier in self._copiers.values():
            copier.close()
        when = stamp(self.engine.tick()).decode()
        self.details = replace(self.details, state="exited", exit_code=code, finished_at=when)

    def write(self, text: str | bytes, stream: int = STDOUT) -> None:
        """What the process writes, newlines included."""
        data = text.encode() if isinstance(text, str) else text
        self._copiers[STDOUT if self.details.tty else stream].write(data)

    def say(self, *lines: object, stream: int = STDOUT) -> None:
        for line in lines:
            self.write(f"{line}\n", stream)

    def rename(self, name: str) -> None:
        self.details = replace(self.details, name=name)

    def rotate(self, *, again: int = 0, lost: int = 0, keep: int | None = None) -> None:
        """The file is full. As 20.10 does, followers send ``again`` many entries once more, or never send the ``lost``
        many that were written last, though the log has them. ``keep`` stay on disk."""
        count = len(self.entries)
        self.rotations.append((max(count - lost, 0), max(count - again, 0)))
        if keep is not None:
            self.kept_from = max(self.kept_from, len(self.entries) - keep)

    @property
    def row(self) -> Container:
        """As the engine's list has it."""
        details = self.details
        return Container(
            id=self.id, name=details.name, image="app", state=details.state, status="", created_at=self.created_at,
            labels=details.labels,
        )  # fmt: skip

    @property
    def kept(self) -> list[Entry]:
        return self.entries[self.kept_from :]


@dataclass(frozen=True)
class Read:
    """One request for a log."""

    container_id: str
    tail: int | None
    follow: bool
    exact: bool
    entries: int = field(compare=False, default=0)


class FakeStream:
    """An answer of the engine, cut into pieces of ``piece_bytes``."""

    def __init__(
        self, engine: "FakeEngine", container: FakeContainer, entries: list[Entry], *, follow: bool, exact: bool
    ):
        self._engine, self._container = engine, container
        self._follow, self._exact = follow, exact
        self._out = framed(entries, tty=container.details.tty)
        self._next, self._rotated = len(container.entries), len(container.rotations)
        self._is_aborted = False
        self._breaks_in = engine.breaks.popleft() if engine.breaks else None
        self._generation = engine.generation

    def read(self, timeout_seconds: float) -> bytes | None:
        engine = self._engine
        while not self._is_aborted:
            if self._breaks_in == 0 or engine.is_away or engine.generation != self._generation:
                return self._break()
            if engine.is_hung:
                engine.pass_time(timeout_seconds)
                return None
            if self._out or self._refill():
                return self._piece()
            if not self._follow or not self._container.details.is_running:
                return b""
            before = engine.world.now
            if not engine.world.step() or engine.world.now > before:
                engine.world.now += timeout_seconds
                return None
        return b""

    def abort(self) -> None:
        self._is_aborted = True

    def __enter__(self) -> "FakeStream":
        self._engine.open_streams += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.open_streams -= 1

    def _refill(self) -> bool:
        container = self._container
        if not self._follow:
            return False
        if self._rotated < len(container.rotations):
            at, again_from = container.rotations[self._rotated]
            self._rotated += 1
            fresh = container.entries[self._next : at] + container.entries[again_from:]
        else:
            fresh = container.entries[self._next :]
        self._next = len(container.entries)
        self._out += framed(fresh, tty=container.details.tty)
        return bool(fresh)

    def _piece(self) -> bytes:
        size = next(self._engine.piece_sizes)
        if self._breaks_in is not None:
            size = min(size, self._breaks_in)
            self._breaks_in -= size
        piece, self._out = self._out[:size], self._out[size:]
        return piece

    def _break(self) -> bytes:
        """A connection that breaks looks like an end, but where chunks were asked for."""
        if self._exact:
            raise Unavailable("The engine stopped in the middle of its answer.")
        return b""


class FakeEngine:
    """Stands for ``paas.engine.engine.Engine``: ``containers`` and ``inventory`` are this object too."""

    def __init__(self, *script: Step, part_bytes: int = 16 * 1024) -> None:
        self.world = World(*script)
        self.part_bytes = part_bytes
        self.clock = EPOCH
        self.lateness = 0
        """By how many nanoseconds stderr is stored later than it is stamped."""
        self.made: list[FakeContainer] = []
        self.reads: list[Read] = []
        self.breaks: deque[int | None] = deque()
        """After how many bytes each of the next answers breaks off."""
        self.is_away = self.is_hung = False
        self.generation = self.open_streams = 0
        self.piece_sizes = itertools.repeat(256 * 1024)
        self.listeners: list[Callable[[], None]] = []

    @property
    def containers(self) -> "FakeEngine":
        return self

    @property
    def inventory(self) -> "FakeEngine":
        return self

    @property
    def workloads(self) -> SimpleNamespace:
        return SimpleNamespace(instance=INSTANCE)

    @property
    def health(self) -> Health:
        return Health(ok=not (self.is_away or self.is_hung), message="The engine does not answer.")

    def tick(self) -> int:
        self.clock += 1_000
        return self.clock

    def pass_time(self, seconds: float) -> None:
        self.world.now += seconds
        self.world.step()

    def make(
        self, name: str = "web", *, tty: bool = False, driver: str = "json-file", rotates: bool = False,
        labels: Mapping[str, str] | None = None,
    ) -> FakeContainer:  # fmt: skip
        container = FakeContainer(
            self, len(self.made) + 1, name, tty=tty, driver=driver, rotates=rotates, labels=labels or {}
        )
        self.made.append(container)
        return container

    def remove(self, container: FakeContainer) -> None:
        self.made[self.made.index(container)] = None  # type: ignore[call-overload]
        container.details = replace(container.details, state="removed")

    def go_away(self) -> None:
        """The engine stops; whatever was open breaks off."""
        self.is_away, self.generation = True, self.generation + 1
        self.tell()

    def come_back(self) -> None:
        self.is_away = self.is_hung = False
        self.tell()

    def hang(self) -> None:
        self.is_hung = True

    # As Containers

    def inspect(self, reference: str) -> Details:
        self._answer()
        return self._container(reference).details

    def read_log(
        self, container_id: str, *, tail: int | None = None, follow: bool = False, exact: bool = False,
        since: str = "", until: str = "",
    ) -> FakeStream:  # fmt: skip
        self._answer()
        container = self._container(container_id)
        entries = container.kept if tail is None else container.kept[max(len(container.kept) - tail, 0) :]
        entries = [entry for entry in entries if not since or _seconds(entry) >= since]
        entries = list(itertools.takewhile(lambda entry: not until or _seconds(entry) <= until, entries))
        self.reads.append(Read(container_id, tail, follow, exact, len(entries)))
        return FakeStream(self, container, entries, follow=follow, exact=exact)

    # As Inventory

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def tell(self) -> None:
        for listener in tuple(self.listeners):
            listener()

    def all(self) -> tuple[Container, ...]:
        return tuple(made.row for made in self.made if made is not None)

    def find(self, reference: str) -> Details:
        return self._container(reference).details

    def find_details(self, reference: str) -> Details | None:
        found = [made for made in self.made if made is not None and reference in (made.details.name, made.id)]
        return found[0].details if found else None

    details = find_details

    def _container(self, reference: str) -> FakeContainer:
        for made in self.made:
            if made is not None and reference in (made.details.name, made.id):
                return made
        raise NotFound("Container not found")

    def _answer(self) -> None:
        if self.is_away or self.is_hung:
            self.pass_time(5 if self.is_hung else 0)
        if self.is_away or self.is_hung:
            raise Unavailable("The engine does not answer (a fake: no answer in time).")


def _seconds(entry: Entry) -> str:
    when = entry.stamp.decode()
    whole = int(datetime.fromisoformat(f"{when[:19]}+00:00").timestamp())
    return f"{whole}.{when[20:29]}"
