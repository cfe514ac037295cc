"""Who is here on open sockets of any kind, and whether they may still be.

A socket lives long, so what it was opened with is looked up again and again: a session that has ended, a role, an app
that was taken away are noticed within a second, whichever process changed them. Each credential and the apps are looked
up once a round, however many sockets live on them.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

from flask import Flask

from paas.accounts.permissions import Actor
from paas.apps import catalogue
from paas.apps.app import App
from paas.errors import NotSignedIn, Problem, Unavailable
from paas.storage.database import Database
from paas.web import identity

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
AT_ONCE = 100
"""Credentials that are looked up in one query: that takes 2 ms."""

ENDED = "Your session has ended. Sign in again."

KEY = "quayside-presence"


class Room(Protocol):
    """Keeps visitors, each under a key of its own."""

    @property
    def visitors(self) -> Mapping[Any, Actor]: ...

    def keep(self, key: Any, actor: Actor, look: "Look") -> None:  # noqa: ANN401 - the room's own
        """This is who the visitor is now. A Problem sends them away."""
        ...

    def send_away(self, key: Any, problem: Problem) -> None: ...  # noqa: ANN401

    def say_goodbye(self) -> None:
        """Tell all that the dashboard stops."""
        ...


class Look:
    """One round: who the visitors are ``now``, by their credentials, and how the apps are that they watch. What it has
    found out once it does not ask for again."""

    def __init__(self, database: Database, now: Mapping[str, Actor]) -> None:
        self._database, self._now = database, now
        self._apps: dict[int, App] | None = None

    def actor(self, actor: Actor) -> Actor:
        """Who they are now; NotSignedIn once their credential has ended."""
        found = self._now.get(actor.session_id or "")
        if found is None or _has_expired(actor):
            raise NotSignedIn(ENDED)
        return replace(found, expires_at=actor.expires_at)

    def app(self, app_id: int) -> App | None:
        """The app as it is now; None when it was deleted. All are read at once: one query is quicker than one for each
        that is watched."""
        if self._apps is None:
            with self._database.session() as session:
                self._apps = {app.id: app for app in catalogue.every(session)}
        return self._apps.get(app_id)


class Presence:
    """Looks after the visitors of all rooms."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._database: Database = app.extensions["quayside"].database
        self.rooms: list[Room] = []

    def start(self) -> None:
        identity.session_ended.connect(self._on_session_ended, weak=False)
        threading.Thread(target=self._run, name="presence", daemon=True).start()

    def watch(self, room: Room) -> None:
        self.rooms.append(room)

    def look(self) -> None:
        """Send away who may no longer be here; while the database does not answer, those whose credential has expired
        alone. Nothing that fails here gets out, as the looks must go on."""
        try:
            look = Look(self._database, self._people_now())
            for room, key, actor in self._visitors():
                self._look_at(room, key, actor, look)
        except Unavailable:
            self._send_expired_away()
        except Exception:
            log.exception("Nobody's right to be here could be looked up")

    def _send_expired_away(self) -> None:
        for room, key, actor in self._visitors():
            if _has_expired(actor):
                self._send_away(room, key, NotSignedIn(ENDED))

    def _people_now(self) -> dict[str, Actor]:
        credentials = sorted({actor.session_id for _, _, actor in self._visitors() if actor.session_id})
        now: dict[str, Actor] = {}
        for start in range(0, len(credentials), AT_ONCE):
            now |= identity.all_now(credentials[start : start + AT_ONCE])
            time.sleep(0)  # nothing else here lets others have the loop
        return now

    def _look_at(self, room: Room, key: Any, actor: Actor, look: Look) -> None:  # noqa: ANN401
        try:
            room.keep(key, look.actor(actor), look)
        except Unavailable:
            raise
        except Problem as problem:
            self._send_away(room, key, problem)
        except Exception:
            log.exception("A socket's visitor could not be looked up")

    def _visitors(self) -> Iterator[tuple[Room, Any, Actor]]:
        for room in self.rooms:
            for key, actor in tuple(room.visitors.items()):
                yield room, key, actor

    def _on_session_ended(self, _sender: object, session_id: str = "") -> None:
        """Here, this is known at once."""
        for room, key, actor in self._visitors():
            if actor.session_id == session_id:
                self._send_away(room, key, NotSignedIn(ENDED))

    def _send_away(self, room: Room, key: Any, problem: Problem) -> None:  # noqa: ANN401
        """Whatever fails here must keep nobody else here."""
        try:
            if key in room.visitors:  # it may have gone meanwhile
                room.send_away(key, problem)
        except Exception:
            log.exception("A socket's visitor could not be sent away")

    def _run(self) -> None:
        while True:
            threading.Event().wait(LOOK_SECONDS)
            with self._app.app_context():
                self.look()


def _has_expired(actor: Actor) -> bool:
    return actor.expires_at is not None and actor.expires_at <= time.time()


def presence(app: Flask) -> Presence:
    """The one of this application."""
    if KEY not in app.extensions:
        app.extensions[KEY] = Presence(app)
        app.extensions[KEY].start()
    found: Presence = app.extensions[KEY]
    return found


def viewers(app: Flask) -> int:
    """How many watch something at this moment."""
    found: Presence | None = app.extensions.get(KEY)
    return sum(len(room.visitors) for room in found.rooms) if found else 0


def say_goodbye(app: Flask) -> None:
    """Tell everybody who watches that the dashboard stops, so that they come back instead of waiting for a time-out."""
    for room in presence(app).rooms:
        room.say_goodbye()
