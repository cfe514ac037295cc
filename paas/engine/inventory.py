"""A live table of the engine's containers, kept by its event stream, so that nobody has to ask the engine again.

It also knows whether the engine answers: a ping every two seconds finds a hung one, which an open stream cannot.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from paas.engine.client import Client
from paas.engine.containers import Container, Containers, Details, epoch_seconds
from paas.engine.events import Event, Follower, parsed
from paas.errors import Invalid, NotFound, Problem, Unavailable

log = logging.getLogger(__name__)

PING_SECONDS = 2.0
PING_LIMIT_SECONDS = 3.0
RELIST_SECONDS = 30.0
SETTLE_SECONDS = 0.1
"""After an event, how long to wait for the next ones: a compose project starts with dozens."""

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 5.0


@dataclass(frozen=True)
class Health:
    """Whether the engine answers, and the sentence to show when it does not."""

    ok: bool
    message: str = ""


class Inventory:
    """``listeners`` are called with no arguments, from a thread of this object, whenever the table or the health
    changed."""

    def __init__(self, client: Client, containers: Containers) -> None:
        self._client, self._containers = client, containers
        self.health = Health(ok=False, message=f"Connecting to the engine ({client.address}).")
        self.breaks = 0
        """How often the stream of events has ended. An engine that is quickly back was never seen to be away."""
        self._rows: tuple[Container, ...] = ()
        self._details: dict[str, Details] = {}
        self._outdated: set[str] = set()
        """Ids of containers that something happened to since they were last inspected."""
        self._listeners: list[Callable[[], None]] = []
        self._followers: list[Follower] = []
        self._dirty = threading.Event()
        self._known = threading.Event()
        self._heard = threading.Event()
        self._awaited: list[threading.Event] = []
        """Of those who wait until the next list is there."""

    def start(self) -> None:
        for name in (self._follow_events, self._refresh, self._ping):
            threading.Thread(target=name, name=f"inventory{name.__name__}", daemon=True).start()

    def first_health(self) -> Health:
        """The health; just after a start, once the engine has answered or failed for the first time, within 3 s."""
        self._heard.wait(PING_LIMIT_SECONDS)
        return self.health

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` at every change; returns the function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def follow(self, follower: Follower) -> Callable[[], None]:
        """Call ``follower`` with each event of a container, from the thread that reads them, before the table knows of
        it; returns the function that ends this. While the stream is broken (``breaks``) events are lost."""
        self._followers.append(follower)
        return lambda: self._followers.remove(follower) if follower in self._followers else None

    def all(self) -> tuple[Container, ...]:
        """Every container by name; Unavailable while the engine has never answered."""
        health = self.first_health()  # an answer or a failure, so that a page never waits for a dead engine
        if not self._known.is_set():
            raise Unavailable(health.message)
        return self._rows

    def find(self, reference: str) -> Container:
        """The container of this name, id, or beginning of an id (at least 4 digits)."""
        rows = self.all()
        found = [row for row in rows if reference in (row.name, row.id)]
        if not found and len(reference) >= 4:
            found = [row for row in rows if row.id.startswith(reference)]
        if len(found) > 1:
            raise Invalid(f"{reference!r} is the beginning of {len(found)} ids. Give more digits, or the name.")
        if not found:
            raise NotFound("Container not found")
        return found[0]

    def details(self, reference: str) -> Details | None:
        """What the last inspection told of the container of this name or id; None when there is none."""
        row = next((row for row in self._rows if reference in (row.name, row.id)), None)
        return None if row is None else self._details.get(row.id)

    def refresh_soon(self) -> None:
        self._dirty.set()

    def catch_up(self, *, limit_seconds: float) -> None:
        """Wait until the engine was asked for its list after this call: what was done to a container stands in it then.
        Events tell of it too, but whoever has done it cannot know when."""
        asked = threading.Event()
        self._awaited.append(asked)
        self._dirty.set()
        asked.wait(limit_seconds)

    def _follow_events(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = monotonic()
            try:
                self._follow()
            except Problem as problem:
                self._set_health(Health(ok=False, message=problem.message))
            except Exception:
                log.exception("The engine's event stream could not be read")
            self._dirty.set()
            pause = (
                FIRST_PAUSE_SECONDS
                if monotonic() - began > LONGEST_PAUSE_SECONDS
                else min(pause * 2, LONGEST_PAUSE_SECONDS)
            )
            threading.Event().wait(pause)

    def _follow(self) -> None:
        with self._client.calling("The event stream", seconds=None) as api:
            events = api.events(decode=True, filters={"type": ["container"]})
            self._outdated.update(self._details)
            self._dirty.set()
            try:
                for event in events:
                    self._take(event)
            finally:
                self.breaks += 1
                self._tell()

    def _take(self, event: Mapping[str, Any]) -> None:
        if event["Action"].startswith("exec_"):
            return  # a health check runs one every few seconds
        self._outdated.add(event["Actor"]["ID"])
        self._dirty.set()
        if self._followers:
            self._tell_followers(parsed(event))

    def _refresh(self) -> None:
        while True:
            self._dirty.wait(RELIST_SECONDS)
            threading.Event().wait(SETTLE_SECONDS)
            self._dirty.clear()
            awaited, self._awaited = self._awaited, []
            try:
                self._replace(self._containers.list())
                self._set_health(Health(ok=True))
            except Problem as problem:
                self._set_health(Health(ok=False, message=problem.message))
            except Exception:
                log.exception("The list of containers could not be refreshed")
            for each in awaited:
                each.set()

    def _ping(self) -> None:
        while True:
            threading.Event().wait(PING_SECONDS)
            try:
                with self._client.calling("The engine", seconds=PING_LIMIT_SECONDS) as api:
                    api.ping()
                if not self.health.ok:
                    self._dirty.set()
            except Problem as problem:
                self._set_health(Health(ok=False, message=problem.message))
            except Exception:
                log.exception("The engine could not be asked whether it is there")

    def _replace(self, rows: Iterable[Container]) -> None:
        described = tuple(self._described(row) for row in rows)
        self._details = {row.id: self._details[row.id] for row in described if row.id in self._details}
        self._outdated &= self._details.keys()
        is_news = described != self._rows
        self._rows = described
        self._known.set()
        if is_news:
            self._tell()

    def _described(self, row: Container) -> Container:
        """The row with what the engine's list leaves out; each container is inspected once between two events of it."""
        details = self._details.get(row.id)
        if details is None or details.state != row.state or row.id in self._outdated:
            self._outdated.discard(row.id)  # first: an event during the inspection makes it outdated again
            try:
                details = self._details[row.id] = self._containers.inspect(row.id)
            except NotFound:
                return row
        began = details.started_at if details.is_running else details.finished_at
        return replace(
            row,
            health=details.health,
            since=epoch_seconds(began),
            exit_code=None if details.is_running else details.exit_code,
            out_of_memory=details.out_of_memory and not details.is_running,
            restarts=details.restarts,
        )

    def _set_health(self, health: Health) -> None:
        is_news = health != self.health
        self.health = health
        self._heard.set()
        if is_news:
            self._tell()

    def _tell_followers(self, event: Event) -> None:
        for follower in tuple(self._followers):
            try:
                follower(event)
            except Exception:
                log.exception("A follower of the engine's events failed")

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            try:
                listener()
            except Exception:
                log.exception("A listener of the inventory failed")
