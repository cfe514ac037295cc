"""``/logs``: watches of the logs of containers and apps. What is said and answered stands in docs/logs.md."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from flask import Flask

from paas.accounts.permissions import Action, Actor, may, require
from paas.apps import catalogue
from paas.apps.app import App
from paas.engine.containers import Details
from paas.errors import Forbidden, Invalid
from paas.logs.feed import Status
from paas.logs.filters import LineFilter
from paas.logs.hub import Hub
from paas.logs.watch import Watch as LogWatch
from paas.storage.database import Database
from paas.web.live.watching import Screen, Watch, WatchingDoor, name_or_id, text, whole_number
from paas.web.presence import Look
from paas.web.shapes.containers import state_word

TAIL = 100


class LogScreen(Screen):
    """The hub's Outlet."""

    def status(self, status: Status) -> None:
        self.say("status", {"state": status.state, "message": status.message} | subject_shape(status))


class LogsDoor(WatchingDoor):
    """Whoever is signed in may come in; what somebody may watch is asked for each watch, and asked again."""

    def __init__(self, app: Flask) -> None:
        super().__init__("/logs", app)
        services = app.extensions["quayside"]
        self._hub: Hub = services.hub
        self._database: Database = services.database

    def open(self, sid: str, name: str, options: dict[str, Any]) -> LogWatch:
        watch, tail = self._wanted(self.visitors[sid], options), whole_number(options, "tail")
        return watch(
            LogScreen(self, [sid], name),
            tail=TAIL if tail is None else tail,
            position=text(options, "position"),
            only=LineFilter(**{each: text(options, each) for each in ("contains", "regex", "stream", "process")}),
        )

    def _wanted(self, actor: Actor, options: dict[str, Any]) -> Callable[..., LogWatch]:
        """How to watch what they ask for, if they may."""
        if "app" in options:
            return partial(self._hub.watch_app, self._find(actor, name_or_id(options["app"])))
        require(actor, Action.SEE_CONTAINERS)
        container = text(options, "container")
        if not container:
            raise Invalid("watch needs the name or the id of a container or an app: {container: NAME} or {app: NAME}.")
        return partial(self._hub.watch, container)

    def answer(self, watch: Watch) -> dict[str, Any]:
        return subject_shape(cast("LogWatch", watch).feed.status)

    def recheck(self, sid: str, actor: Actor, look: Look) -> None:
        for name, watch in tuple(self.watches.get(sid, {}).items()):
            if watch is not None and not _may_see(actor, cast("LogWatch", watch).feed.key, look):
                self._take_away(sid, name, watch)

    def _find(self, actor: Actor, reference: str) -> App:
        with self._database.session() as session:
            return catalogue.find(session, actor, reference)

    def _take_away(self, sid: str, name: str, watch: Watch) -> None:
        screen, problem = LogScreen(self, [sid], name), Forbidden("You may not see this log any more, or it is gone.")
        watch.end()
        self.watches.get(sid, {}).pop(name, None)
        screen.problem(problem)
        screen.say("end", {"message": problem.message})


def _may_see(actor: Actor, key: str | int, look: Look) -> bool:
    """A feed's key is the name of a container, or the id of an app."""
    if not isinstance(key, int):
        return may(actor, Action.SEE_CONTAINERS)
    app = look.app(key)
    return app is not None and may(actor, Action.SEE_APP, app)


def subject_shape(status: Status) -> dict[str, Any]:
    """What is watched, as the page needs to know it: the container as it is, or the names of an app's processes."""
    return {"container": container_shape(status.details), "processes": list(status.processes)}


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
