"""``/logs``: watches of containers' logs. What is said and answered stands in docs/logs.md."""

from typing import Any, ClassVar, cast

from flask import Flask

from paas.accounts.permissions import Action
from paas.engine.containers import Details
from paas.errors import Invalid
from paas.logs.filters import LineFilter
from paas.logs.hub import Hub, Status
from paas.logs.hub import Watch as LogWatch
from paas.web.live.watching import Screen, Watch, WatchingDoor, text, whole_number
from paas.web.shapes.containers import state_word

TAIL = 100


class LogScreen(Screen):
    """The hub's Outlet."""

    def status(self, status: Status) -> None:
        container = container_shape(status.details)
        self.say("status", {"state": status.state, "message": status.message, "container": container})


class LogsDoor(WatchingDoor):
    """Keeps each visitor's watches."""

    action: ClassVar[Action] = Action.SEE_CONTAINERS

    def __init__(self, app: Flask) -> None:
        super().__init__("/logs", app)
        self._hub: Hub = app.extensions["quayside"].hub

    def open(self, sid: str, name: str, options: dict[str, Any]) -> LogWatch:
        container = text(options, "container")
        if not container:
            raise Invalid("watch needs the name or the id of a container: {container: NAME}.")
        only = LineFilter(
            contains=text(options, "contains"), regex=text(options, "regex"), stream=text(options, "stream")
        )
        tail, position = whole_number(options, "tail"), text(options, "position")
        return self._hub.watch(
            container,
            LogScreen(self, [sid], name),
            tail=TAIL if tail is None else tail,
            position=position,
            only=only,
        )

    def answer(self, watch: Watch) -> dict[str, Any]:
        return {"container": container_shape(cast("LogWatch", watch).feed.status.details)}


def container_shape(details: Details | None) -> dict[str, Any] | None:
    if details is None:
        return None
    return {
        "id": details.id,
        "name": details.name,
        "state": details.state,
        "status": details.health or details.state,
        "word": state_word(details),
        "exit_code": details.exit_code,
    }
