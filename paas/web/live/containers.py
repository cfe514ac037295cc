"""``/containers``: the list of containers, sent whole whenever anything in it changed, made once for everybody."""

from dataclasses import asdict
from time import time
from typing import Any, ClassVar

from flask import Flask

from paas.accounts.permissions import Action
from paas.apps import adoption
from paas.engine.inventory import Inventory
from paas.errors import Unavailable
from paas.storage.database import Database
from paas.web.gathering import Gatherer
from paas.web.live.namespace import Door, sender
from paas.web.shapes.containers import AppsOfContainers, listing

SHORTEST_PAUSE_SECONDS = 0.25


class ContainersDoor(Door):
    """Those who said ``watch`` are in one room."""

    action: ClassVar[Action] = Action.SEE_CONTAINERS

    def __init__(self, app: Flask) -> None:
        super().__init__("/containers", app)
        services = app.extensions["quayside"]
        self._inventory: Inventory = services.engine.inventory
        self._instance: str = services.engine.workloads.instance
        self._database: Database = services.database
        self._news = Gatherer[None](self._tell, name="containers-door", pause_seconds=SHORTEST_PAUSE_SECONDS)
        self._inventory.listen(self._news.hear)
        self._news.start()

    def on_watch(self, _options: object = None) -> dict[str, bool]:
        sid = sender()
        self.socketio.server.enter_room(sid, "watching", namespace=self.namespace)
        self.say(sid, "containers", self._listing())
        return {"ok": True}

    def _tell(self, _nothing: object) -> None:
        if self.visitors:
            self.say("watching", "containers", self._listing())

    def _listing(self) -> dict[str, Any]:
        try:
            containers = self._inventory.all()
        except Unavailable:
            containers = ()
        with self._database.session() as session:
            apps = AppsOfContainers(self._instance, adoption.adopted(session))
        return asdict(listing(containers, self._inventory.health, time(), apps))
