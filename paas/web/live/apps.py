"""``/apps``: which apps are no longer as a page may show them.

It says that and no more: the page then asks for itself anew, so what is shown live and what is shown after a reload
cannot differ. What another process changes (the command line) is noticed within seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from paas.accounts.permissions import Action, Actor, may
from paas.apps import catalogue
from paas.apps.app import App
from paas.deployments import history
from paas.deployments.history import Deployment
from paas.engine.containers import Container
from paas.engine.engine import Engine
from paas.errors import NotFound, Unavailable
from paas.storage.database import Database
from paas.web.gathering import Gatherer
from paas.web.live.namespace import Door, sender
from paas.web.shapes.app_state import AppState, serving, state
from paas.web.shapes.containers import state_word

SHORTEST_PAUSE_SECONDS = 0.25
LOOK_SECONDS = 3.0


@dataclass(frozen=True)
class Glance:
    """All of an app that a page may show and that changes by itself."""

    app: App
    state: AppState
    latest: Deployment | None
    containers: tuple[tuple[str, str, float | None], ...]


class AppsDoor(Door):
    """Whoever is signed in may come in, and hears of the apps that they may see."""

    def __init__(self, app: Flask) -> None:
        super().__init__("/apps", app)
        services = app.extensions["quayside"]
        self._database: Database = services.database
        self._engine: Engine = services.engine
        self._glances: Mapping[int, Glance] = {}
        self._news = Gatherer(
            self._tell, name="apps-door", pause_seconds=SHORTEST_PAUSE_SECONDS, look_seconds=self._look_seconds
        )
        services.engine.inventory.listen(self._news.hear)
        services.news.listen(self._on_deployment)
        self._news.start()

    def on_watch(self, _options: object = None) -> dict[str, bool]:
        self.socketio.server.enter_room(sender(), "watching", namespace=self.namespace)
        self._news.hear()
        return {"ok": True}

    def _on_deployment(self, deployment_id: int) -> None:
        if self.visitors:
            self._news.hear(deployment_id)

    def _look_seconds(self) -> float | None:
        return LOOK_SECONDS if self.visitors else None

    def _tell(self, deployments: set[int]) -> None:
        if not self.visitors:
            return
        before, now = self._glances, self._glance()
        changed = {app_id for app_id in before.keys() | now.keys() if before.get(app_id) != now.get(app_id)}
        changed |= self._apps_of(deployments)
        self._glances = now
        apps = [found.app for app_id in sorted(changed) if (found := now.get(app_id) or before.get(app_id))]
        for sid, actor in tuple(self.visitors.items()):
            self._say_to(sid, actor, apps)

    def _say_to(self, sid: str, actor: Actor, apps: list[App]) -> None:
        seen = [app.id for app in apps if may(actor, Action.SEE_APP, app)]
        if seen:
            self.say(sid, "changed", {"apps": seen})

    def _glance(self) -> dict[int, Glance]:
        with self._database.session() as session:
            people = {actor.user_id: actor for actor in self.visitors.values()}.values()
            apps = {app.id: app for actor in people for app in catalogue.visible(session, actor)}.values()
            latest = history.latest(session, [app.id for app in apps])
        containers, engine = self._containers(), self._engine
        found = {}
        for app in apps:
            its = serving(app, containers, engine.workloads.instance)
            word = state(app, its, latest.get(app.id), engine.inventory.health)
            there = tuple((each.id, state_word(each), each.since) for each in its)
            found[app.id] = Glance(app, word, latest.get(app.id), there)
        return found

    def _containers(self) -> tuple[Container, ...]:
        try:
            return self._engine.inventory.all()
        except Unavailable:
            return ()

    def _apps_of(self, deployments: set[int]) -> set[int]:
        """A deployment that another one waits behind is not its app's latest."""
        found = set()
        with self._database.session() as session:
            for deployment_id in deployments:
                try:
                    found.add(history.load(session, deployment_id).app_id)
                except NotFound:
                    continue
        return found
