"""``/deployments``: how deployments stand, and their logs. What is said and answered stands in docs/deployments.md."""

from typing import Any

from flask import Flask, request

from paas.accounts.permissions import Action, Actor, may
from paas.apps import catalogue
from paas.deployments import history
from paas.deployments.journal.journal import Journals
from paas.errors import Forbidden, Invalid, NotFound
from paas.storage.database import Database
from paas.web import addresses, matching
from paas.web.live.telling import LogScreen, Teller, Watching
from paas.web.live.watching import WatchingDoor, name_or_id, text, whole_number


class DeploymentsDoor(WatchingDoor):
    """Whoever is signed in may come in, and sees what is of apps that they may see."""

    def __init__(self, app: Flask) -> None:
        super().__init__("/deployments", app)
        services = app.extensions["quayside"]
        self._database: Database = services.database
        self._journals: Journals = services.journals
        self._chosen_host: str = services.settings.app_host
        self._teller = Teller(services.database, services.journals, services.news)

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

    def recheck(self, sid: str, actor: Actor) -> None:
        for watching in self._teller.of(sid):
            watching.actor = actor
            if watching.app_id is not None and not self._may_see(actor, watching.app_id):
                watching.screen.problem(Forbidden("You may not see this app any more."))
                watching.end()
                self.watches.get(sid, {}).pop(watching.screen.name, None)

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

    def _may_see(self, actor: Actor, app_id: int) -> bool:
        try:
            with self._database.session() as session:
                return may(actor, Action.SEE_APP, catalogue.load(session, app_id))
        except NotFound:
            return True  # it was deleted, which is told in another way
