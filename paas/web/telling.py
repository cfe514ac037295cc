"""Says how deployments stand, to whoever watches them.

One thread says everything: two would overtake each other, and a page would stay at the older word.
"""

import time
from collections.abc import Iterable
from typing import Any, Protocol

from flask import Flask

from paas.accounts.permissions import Action, Actor, may
from paas.apps import catalogue
from paas.apps.app import App
from paas.deployments import history
from paas.deployments.history import Deployment
from paas.deployments.journal import journal
from paas.deployments.journal.journal import Journals
from paas.deployments.news import News
from paas.errors import NotFound
from paas.storage.database import Database
from paas.web.gathering import Gatherer
from paas.web.shapes.deployment_live import live
from paas.web.shapes.deployments import link

SHORTEST_PAUSE_SECONDS = 0.02
SHOWN_AT_FIRST = 20
"""Of an app: what has changed since its page was made is among them."""

KEY = "quayside-teller"


class Screen(journal.Outlet, Protocol):
    """One watch's way to whoever watches, whatever the kind of their socket."""

    def say(self, event: str, message: dict[str, Any]) -> None: ...


class Watching:
    """What one visitor watches: a deployment with its log, the deployments of one app, or those of all."""

    def __init__(self, teller: "Teller", screen: Screen, *, actor: Actor, host: str) -> None:
        self.screen, self.actor = screen, actor
        self.deployment_id: int | None = None
        self.app_id: int | None = None
        self.log: journal.Watch | None = None
        self._teller, self._host = teller, host

    def begin(self) -> None:
        self._teller.greet(self)
        if self.log is not None:
            self.log.begin()

    def taken(self, position: str) -> None:
        if self.log is not None:
            self.log.taken(position)

    def end(self) -> None:
        self._teller.forget(self)
        if self.log is not None:
            self.log.end()

    def status(self, app: App, deployment: Deployment, message: dict[str, Any]) -> None:
        """Say the message, if it is about what is watched."""
        if self._wants(deployment) and may(self.actor, Action.SEE_APP, app):
            self.screen.say("status", message | {"link": link(app, self._host)})

    def _wants(self, deployment: Deployment) -> bool:
        if self.deployment_id is not None:
            return deployment.id == self.deployment_id
        return self.app_id is None or deployment.app_id == self.app_id


class Teller:
    """Hears of changes, reads the records and says them."""

    def __init__(self, database: Database, journals: Journals, news: News) -> None:
        self._database, self._journals = database, journals
        self._watchings: dict[Watching, None] = {}
        self._gathered = Gatherer[int | Watching](
            self._tell, name="deployments-door", pause_seconds=SHORTEST_PAUSE_SECONDS
        )
        news.listen(self._on_news)
        self._gathered.start()

    def greet(self, watching: Watching) -> None:
        """Say how things stand to somebody who has just come, and from now on what changes."""
        self._watchings[watching] = None
        self._gathered.hear(watching)

    def forget(self, watching: Watching) -> None:
        self._watchings.pop(watching, None)

    def _on_news(self, deployment_id: int) -> None:
        if self._watchings:
            self._gathered.hear(deployment_id)

    def _tell(self, heard: set[int | Watching]) -> None:
        """What has changed to all, and how things stand to those who have just come."""
        for deployment_id in sorted(each for each in heard if isinstance(each, int)):
            self._say(deployment_id, tuple(self._watchings))
        for watching in (each for each in heard if isinstance(each, Watching)):
            for deployment_id in self._first_of(watching):
                self._say(deployment_id, [watching])

    def _first_of(self, watching: Watching) -> list[int]:
        if watching.deployment_id is not None:
            return [watching.deployment_id]
        with self._database.session() as session:
            if watching.app_id is not None:
                found = history.of_app(session, watching.app_id, limit=SHOWN_AT_FIRST)
            else:
                seen = [app.id for app in catalogue.visible(session, watching.actor)]
                found = list(history.latest(session, seen).values())
        return sorted(deployment.id for deployment in found)

    def _say(self, deployment_id: int, watchings: Iterable[Watching]) -> None:
        try:
            with self._database.session() as session:
                deployment = history.load(session, deployment_id)
                app = catalogue.load(session, deployment.app_id)
                current = history.load(session, app.current_id) if app.current_id else None
        except NotFound as problem:
            for watching in watchings:
                if watching.deployment_id == deployment_id:
                    watching.screen.problem(problem)
            self._journals.finish(deployment_id)
            return
        message = live(deployment, app, current, now=time.time())
        for watching in watchings:
            watching.status(app, deployment, message)
        if deployment.status.is_over:
            self._journals.finish(deployment_id)


def teller(app: Flask) -> Teller:
    """The one of this application. Two would not keep to one order: a log would end before its last status is said."""
    if KEY not in app.extensions:
        services = app.extensions["quayside"]
        app.extensions[KEY] = Teller(services.database, services.journals, services.news)
    found: Teller = app.extensions[KEY]
    return found
