"""``/deployments``: how deployments stand, and their logs. What is said and answered stands in docs/deployments.md."""

from typing import Any, cast

from flask import Flask, request

from paas.accounts.permissions import Action, Actor, may
from paas.apps import catalogue
from paas.broadcast import Marker
from paas.deployments import history
from paas.deployments.journal.feed import End
from paas.deployments.journal.journal import Journals
from paas.errors import Forbidden, Invalid
from paas.storage.database import Database
from paas.web import addresses, matching, telling
from paas.web.live.watching import Screen, WatchingDoor, name_or_id, text, whole_number
from paas.web.presence import Look
from paas.web.telling import Watching


class LogScreen(Screen):
    """The journal's Outlet."""

    def marker(self, marker: Marker | End, skipped: int) -> None:
        if isinstance(marker, End):
            self.end(skipped)
        else:
            super().marker(marker, skipped)

    def end(self, skipped: int) -> None:
        if skipped:
            self.say("lines", {"position": "", "skipped": skipped, "rows": "[]"})
        self.say("end", {"message": "Log stream ended"})


class DeploymentsDoor(WatchingDoor):
    """Whoever is signed in may come in, and sees what is of apps that they may see."""

    def __init__(self, app: Flask) -> None:
        super().__init__("/deployments", app)
        services = app.extensions["quayside"]
        self._database: Database = services.database
        self._journals: Journals = services.journals
        self._chosen_host: str = services.settings.app_host
        self._teller = telling.teller(app)

    def open(self, sid: str, name: str, options: dict[str, Any]) -> Watching:
        host, actor = addresses.app_host(self._chosen_host, request.host), self.visitors[sid]
        watching = Watching(self._teller, LogScreen(self, [sid], name), actor=actor, host=host)
        if "deployment" in options:
            self._open_log(watching, options)
        elif "app" in options:
            with self._database.session() as session:
                watching.app_id = catalogue.find(session, actor, name_or_id(options["app"])).id
        elif options.get("apps") is not True:
            raise Invalid("watch needs {deployment: ID}, {app: NAME} or {apps: true}.")
        return watching

    def recheck(self, sid: str, actor: Actor, look: Look) -> None:
        for name, watch in tuple(self.watches.get(sid, {}).items()):
            if watch is None:
                continue
            watching = cast("Watching", watch)
            watching.actor = actor
            app = look.app(watching.app_id) if watching.app_id is not None else None
            if app is not None and not may(actor, Action.SEE_APP, app):  # that one was deleted is told in another way
                watching.screen.problem(Forbidden("You may not see this app any more."))
                watching.end()
                self.watches.get(sid, {}).pop(name, None)

    def _open_log(self, watching: Watching, options: dict[str, Any]) -> None:
        deployment_id = whole_number(options, "deployment") or 0
        tail, position = whole_number(options, "tail"), text(options, "position")
        only = matching.only(
            contains=text(options, "contains"), regex=text(options, "regex"), stream=text(options, "stream")
        )
        with self._database.session() as session:
            app, deployment = history.find_by_id(session, watching.actor, deployment_id)
        watching.deployment_id, watching.app_id = deployment.id, app.id
        watching.log = self._journals.watch(
            deployment.id,
            watching.screen,
            is_over=deployment.status.is_over,
            tail=tail,
            position=position,
            only=only,
        )
