"""``/metrics``: what the machine and apps use, each second while somebody looks. docs/metrics.md tells what is said.

Of each subject one message is made for all who watch it. A viewer that does not take what it is sent is given nothing
until it does, and then the newest: figures of a while ago are of no use to anybody.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from time import time
from typing import Any, NamedTuple

from flask import Flask

from paas.accounts.permissions import Action, Actor, may, require
from paas.apps import catalogue
from paas.apps.app import App
from paas.errors import Conflict, Forbidden, Invalid, NotSignedIn, Unavailable
from paas.metrics.sampler import Sampler
from paas.metrics.snapshot import Snapshot
from paas.storage.database import Database
from paas.web import problems
from paas.web.live.namespace import Door, sender
from paas.web.live.watching import name_or_id
from paas.web.presence import Look
from paas.web.shapes.metrics import of_app, of_apps, of_machine

log = logging.getLogger(__name__)

MOST_WATCHES = 20
"""Of one socket: a page has two."""

MOST_WAITING = 3
"""Messages that may wait for a viewer, of other namespaces too, before it counts as one that does not take them."""


class Subject(NamedTuple):
    """What is watched; ``event`` is what is said of it."""

    event: str
    app_id: int | None = None

    @property
    def name(self) -> str:
        return self.event if self.app_id is None else f"{self.event}/{self.app_id}"


HOST, APPS = Subject("host"), Subject("apps")


class MetricsDoor(Door):
    """Whoever is signed in may come in, and watches what they may see."""

    def __init__(self, app: Flask) -> None:
        super().__init__("/metrics", app)
        services = app.extensions["quayside"]
        self._database: Database = services.database
        self._sampler: Sampler = services.sampler
        self.watches: dict[str, dict[str, Subject]] = {}
        """By socket and by name; a socket without any is not in it."""
        self._apps: Mapping[int, App] = {}
        self._newcomers: list[tuple[str, Subject]] = []
        self._fresh: Snapshot | None = None
        self._end_look: Callable[[], None] | None = None
        self._is_news = threading.Event()
        self._sampler.listen(self._on_sample)
        threading.Thread(target=self._tell, name="metrics-door", daemon=True).start()

    def on_watch(self, options: object = None) -> dict[str, Any]:
        sid = sender()
        return self.answered(sid, lambda: self._watch(sid, options))

    def on_unwatch(self, options: object = None) -> dict[str, bool]:
        name = options.get("watch") if isinstance(options, dict) else None
        return {"ok": self._forget(sender(), str(name))}

    def left(self, sid: str) -> None:
        self.watches.pop(sid, None)
        self._look_while_watched()

    def recheck(self, sid: str, actor: Actor, look: Look) -> None:
        for name, subject in tuple(self.watches.get(sid, {}).items()):
            if not _may_see(actor, subject, look):
                self._forget(sid, name)
                problem = Forbidden("You may not see this any more, or it is gone.")
                self.say(sid, "problem", {"watch": name} | problems.shape(problem))

    def _watch(self, sid: str, options: object) -> dict[str, Any]:
        actor = self.visitors.get(sid)
        if actor is None:
            raise NotSignedIn("Your session has ended. Sign in again.")
        subject = self._subject(actor, options)
        its = self.watches.get(sid, {})
        if len(its) >= MOST_WATCHES and subject.name not in its:
            raise Conflict(f"This connection watches {MOST_WATCHES} apps already. End one of them first.")
        if sid in self.visitors:  # it may have gone while its app was looked up
            self.watches[sid] = its | {subject.name: subject}
            self._newcomers.append((sid, subject))
            self._look_while_watched()
            self._is_news.set()
        return {"ok": True, "watch": subject.name}

    def _subject(self, actor: Actor, options: object) -> Subject:
        match options:
            case {"host": True}:
                require(actor, Action.SEE_CONTAINERS)
                return HOST
            case {"apps": True}:
                return APPS
            case {"app": reference}:
                with self._database.session() as session:
                    return Subject("app", catalogue.find(session, actor, name_or_id(reference)).id)
        raise Invalid("watch needs {host: true}, {app: NAME} or {apps: true}.")

    def _forget(self, sid: str, name: str) -> bool:
        its = self.watches.get(sid, {})
        found = its.pop(name, None)
        if not its:
            self.watches.pop(sid, None)
        self._look_while_watched()
        return found is not None

    def _look_while_watched(self) -> None:
        if self.watches and self._end_look is None:
            self._end_look = self._sampler.look()
        elif not self.watches and self._end_look is not None:
            self._end_look()
            self._end_look = None

    def _on_sample(self, snapshot: Snapshot) -> None:
        """In the sampler's thread, which is not to wait for the database."""
        if self.watches:
            self._fresh = snapshot
            self._is_news.set()

    def _tell(self) -> None:
        while True:
            self._is_news.wait()
            self._is_news.clear()
            try:
                self._say_news()
            except Exception:
                log.exception("Nobody could be told of metrics")

    def _say_news(self) -> None:
        """A new sample to all, or the last one to those who have just come."""
        fresh, self._fresh = self._fresh, None
        newcomers, self._newcomers = self._newcomers, []
        if fresh is not None:
            self._say(fresh, [(sid, each) for sid, its in self.watches.items() for each in its.values()])
        elif self._sampler.last is not None:
            self._say(self._sampler.last, newcomers)

    def _say(self, snapshot: Snapshot, watches: Iterable[tuple[str, Subject]]) -> None:
        viewers: dict[Subject, list[str]] = {}
        for sid, subject in watches:
            if self._takes_what_it_is_sent(sid):
                viewers.setdefault(subject, []).append(sid)
        if viewers.keys() - {HOST}:
            self._apps = self._apps_now()
        for subject, sids in viewers.items():
            self._say_of(subject, sids, snapshot, time())

    def _say_of(self, subject: Subject, sids: list[str], snapshot: Snapshot, now: float) -> None:
        if subject == HOST:
            self.say(sids, "host", of_machine(snapshot, now))
        elif subject == APPS:
            self._say_apps(sids, snapshot, now)
        elif (app := self._apps.get(subject.app_id or 0)) is not None:
            self.say(sids, "app", {"app": app.name, "id": app.id} | of_app(snapshot, app.id, now))

    def _say_apps(self, sids: list[str], snapshot: Snapshot, now: float) -> None:
        """Those who see the same apps are told together."""
        together: dict[tuple[int, ...], list[str]] = {}
        for sid in sids:
            actor = self.visitors.get(sid)
            if actor is not None:
                seen = tuple(app.id for app in self._apps.values() if may(actor, Action.SEE_APP, app))
                together.setdefault(seen, []).append(sid)
        for seen, their_sids in together.items():
            self.say(their_sids, "apps", of_apps(snapshot, [self._apps[app_id] for app_id in seen], now))

    def _apps_now(self) -> Mapping[int, App]:
        try:
            with self._database.session() as session:
                return {app.id: app for app in catalogue.every(session)}
        except Unavailable:
            return self._apps  # nobody is sent away meanwhile either

    def _takes_what_it_is_sent(self, sid: str) -> bool:
        server = self.socketio.server
        socket = server.eio.sockets.get(server.manager.eio_sid_from_sid(sid, self.namespace))
        return socket is not None and socket.queue.qsize() < MOST_WAITING


def _may_see(actor: Actor, subject: Subject, look: Look) -> bool:
    if subject.app_id is None:
        return subject == APPS or may(actor, Action.SEE_CONTAINERS)
    app = look.app(subject.app_id)
    return app is not None and may(actor, Action.SEE_APP, app)
