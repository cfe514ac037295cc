"""``/containers``: the list of containers, sent whole whenever anything in it changed, made once for everybody."""

import threading
from dataclasses import asdict
from time import time
from typing import Any, ClassVar

from flask import Flask

from paas.accounts.permissions import Action
from paas.engine.inventory import Inventory
from paas.errors import Unavailable
from paas.web.live.namespace import Door, sender
from paas.web.shapes.containers import listing

SHORTEST_PAUSE_SECONDS = 0.25


class ContainersDoor(Door):
    """Those who said ``watch`` are in one room."""

    action: ClassVar[Action] = Action.SEE_CONTAINERS

    def __init__(self, app: Flask) -> None:
        super().__init__("/containers", app)
        self._inventory: Inventory = app.extensions["quayside"].engine.inventory
        self._news = threading.Event()
        self._inventory.listen(self._news.set)
        threading.Thread(target=self._tell, name="containers-door", daemon=True).start()

    def on_watch(self, _options: object = None) -> dict[str, bool]:
        sid = sender()
        self.socketio.server.enter_room(sid, "watching", namespace=self.namespace)
        self.say(sid, "containers", self._listing())
        return {"ok": True}

    def _tell(self) -> None:
        while True:
            self._news.wait()
            threading.Event().wait(SHORTEST_PAUSE_SECONDS)
            self._news.clear()
            if self.visitors:
                self.say("watching", "containers", self._listing())

    def _listing(self) -> dict[str, Any]:
        try:
            containers = self._inventory.all()
        except Unavailable:
            containers = ()
        return asdict(listing(containers, self._inventory.health, time()))
