"""``/logs``: watches of containers' logs. What is said and answered stands in docs/logs.md.

``taken`` comes many times a second from every viewer, so it bypasses Flask, whose request context costs more than it.
"""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

from flask import Flask

from paas.accounts.permissions import Action
from paas.broadcast import Batch, Item
from paas.engine.containers import Details
from paas.errors import Conflict, Invalid, Problem, Unavailable
from paas.logs.filters import LineFilter
from paas.logs.hub import Hub, Marker, Status, Watch
from paas.web import problems
from paas.web.live.namespace import Door, sender
from paas.web.shapes.containers import state_word

log = logging.getLogger(__name__)

MOST_WATCHES = 20
"""Of one socket: a page has one, a wall of screens a few."""


class Screen:
    """One watch's way to its page, or to the pages of all who watch the same; the hub's Outlet."""

    def __init__(self, door: "LogsDoor", sids: list[str], name: str) -> None:
        self.sids, self.name = sids, name
        self._door = door

    def lines(self, batch: Batch, skipped: int) -> None:
        position = batch.rows[-1][0] if batch.rows else ""
        self._say("lines", {"position": position, "skipped": skipped, "rows": batch.text})

    def marker(self, marker: Marker, skipped: int) -> None:
        if skipped:
            self._say("lines", {"position": marker.position, "skipped": skipped, "rows": "[]"})
        self._say("marker", vars(marker))

    def status(self, status: Status) -> None:
        message = {"state": status.state, "message": status.message, "container": container_shape(status.details)}
        self._say("status", message)

    def problem(self, problem: Problem) -> None:
        self._say("problem", problems.shape(problem))

    @property
    def crowd(self) -> "Audience":
        return Audience(self._door, self.name)

    def _say(self, event: str, message: dict[str, Any]) -> None:
        self._door.say(self.sids, event, {"watch": self.name} | message)


@dataclass(frozen=True)
class Audience:
    """Those whose watch has the same name: a message that needs no answer is encoded once for all of them.

    Watches are numbered anew on every socket, so nearly all viewers of a log are one audience.
    """

    door: "LogsDoor"
    name: str

    def __call__(self, screens: list[Screen], item: Item) -> None:
        everybody = Screen(self.door, [sid for screen in screens for sid in screen.sids], self.name)
        if isinstance(item, Batch):
            everybody.lines(item, 0)
        elif isinstance(item.value, Marker):
            everybody.marker(item.value, 0)


class LogsDoor(Door):
    """Keeps each visitor's watches."""

    action: ClassVar[Action] = Action.SEE_CONTAINERS

    def __init__(self, app: Flask) -> None:
        super().__init__("/logs", app)
        self._hub: Hub = app.extensions["quayside"].hub
        self._watches: dict[str, dict[str, Watch | None]] = {}
        self._numbers: dict[str, Iterator[int]] = {}

    def trigger_event(self, event: str, *args: Any) -> Any:  # noqa: ANN401 - as the library has it
        if event == "taken":
            return self._on_taken(*args)
        return super().trigger_event(event, *args)

    def on_watch(self, options: object = None) -> dict[str, Any]:
        sid = sender()
        try:
            watch, name = self._open(sid, options)
        except Problem as problem:
            return problems.shape(problem)
        except Exception:
            log.exception("A watch could not be opened")
            return problems.shape(Unavailable(problems.INTERNAL_MESSAGE))
        threading.Thread(target=self._begin, args=[sid, watch], name=f"watch-{name}", daemon=True).start()
        return {"ok": True, "watch": name, "container": container_shape(watch.feed.status.details)}

    def on_unwatch(self, options: object = None) -> dict[str, bool]:
        name = options.get("watch") if isinstance(options, dict) else None
        watch = self._watches.get(sender(), {}).pop(str(name), None)
        if watch is not None:
            watch.end()
        return {"ok": watch is not None}

    def left(self, sid: str) -> None:
        self._numbers.pop(sid, None)
        for watch in self._watches.pop(sid, {}).values():
            if watch is not None:
                watch.end()

    def _on_taken(self, sid: str, message: object = None) -> None:
        if isinstance(message, dict):
            watch = self._watches.get(sid, {}).get(str(message.get("watch")))
            if watch is not None:
                watch.taken(str(message.get("position")))

    def _open(self, sid: str, options: object) -> tuple[Watch, str]:
        if not isinstance(options, dict):
            raise Invalid("watch needs an object with the container's name in it: {container: NAME}.")
        if len(self._watches.get(sid, {})) >= MOST_WATCHES:
            raise Conflict(f"This connection watches {MOST_WATCHES} logs already. End one of them first.")
        container = _text(options, "container")
        if not container:
            raise Invalid("watch needs the name or the id of a container: {container: NAME}.")
        only = LineFilter(
            contains=_text(options, "contains"), regex=_text(options, "regex"), stream=_text(options, "stream")
        )
        tail, position = _whole_number(options, "tail", 100), _text(options, "position")
        name = str(next(self._numbers.setdefault(sid, count(1))))
        watches = self._watches.setdefault(sid, {})
        watches[name] = None  # counts while the first look at the container is waited for
        try:
            watch = watches[name] = self._hub.watch(
                container, Screen(self, [sid], name), tail=tail, position=position, only=only
            )
        except Problem:
            del watches[name]
            raise
        return watch, name

    def _begin(self, sid: str, watch: Watch) -> None:
        try:
            watch.begin()
        except Exception:
            log.exception("A watch failed")
            self.say(sid, "problem", problems.shape(Unavailable(problems.INTERNAL_MESSAGE)))
        if sid not in self.visitors:  # it went while the watch was opened or the past was read for it
            watch.end()
            self.left(sid)


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


def _text(options: dict[str, Any], name: str) -> str:
    value = options.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid(f"{name} must be a text, not {type(value).__name__}.")
    return value


def _whole_number(options: dict[str, Any], name: str, default: int) -> int:
    value = options.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(f"{name} must be a whole number.")
    return value
