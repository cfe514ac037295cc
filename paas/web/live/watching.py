"""What the doors that show logs do alike: number the watches of a visitor, begin them, take confirmations, end them.

``taken`` comes many times a second from every viewer, so it bypasses Flask, whose request context costs more than it.
"""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from flask import Flask

from paas.broadcast import Batch, Item
from paas.errors import Conflict, Invalid, Problem, Unavailable
from paas.web import problems
from paas.web.live.namespace import Door, sender

log = logging.getLogger(__name__)

MOST_WATCHES = 20
"""Of one socket: a page has one, a wall of screens a few."""


class Watch(Protocol):
    """What a visitor has asked to see."""

    def begin(self) -> None:
        """Send what it begins with. It may take long, so it has a thread."""
        ...

    def taken(self, position: str) -> None: ...

    def end(self) -> None: ...


class Screen:
    """One watch's way to its page, or to the pages of all who watch the same."""

    def __init__(self, door: Door, sids: list[str], name: str) -> None:
        self.sids, self.name = sids, name
        self._door = door

    def lines(self, batch: Batch, skipped: int) -> None:
        self.say("lines", {"position": batch.position, "skipped": skipped, "rows": batch.text})

    def marker(self, marker: Any, skipped: int) -> None:  # noqa: ANN401 - each log has markers of its own
        if skipped:
            self.say("lines", {"position": marker.position, "skipped": skipped, "rows": "[]"})
        self.say("marker", vars(marker))

    def problem(self, problem: Problem) -> None:
        self.say("problem", problems.shape(problem))

    @property
    def crowd(self) -> "Audience":
        return Audience(self._door, self.name)

    def say(self, event: str, message: dict[str, Any]) -> None:
        self._door.say(self.sids, event, {"watch": self.name} | message)


@dataclass(frozen=True)
class Audience:
    """Those whose watch has the same name: a message that needs no answer is encoded once for all of them.

    Watches are numbered anew on every socket, so nearly all viewers of a log are one audience.
    """

    door: Door
    name: str

    def __call__(self, screens: list[Screen], item: Item) -> None:
        everybody = type(screens[0])(self.door, [sid for screen in screens for sid in screen.sids], self.name)
        if isinstance(item, Batch):
            everybody.lines(item, 0)
        else:
            everybody.marker(item.value, 0)


class WatchingDoor(Door, ABC):
    """Keeps each visitor's watches. Subclasses say in ``open`` what can be watched."""

    def __init__(self, namespace: str, app: Flask) -> None:
        super().__init__(namespace, app)
        self.watches: dict[str, dict[str, Watch | None]] = {}
        self._numbers: dict[str, Iterator[int]] = {}

    @abstractmethod
    def open(self, sid: str, name: str, options: dict[str, Any]) -> Watch:
        """The watch that these options ask for, not begun yet; a Problem when there can be none."""

    def answer(self, _watch: Watch) -> dict[str, Any]:
        """What the acknowledgement says beside the watch's name."""
        return {}

    def trigger_event(self, event: str, *args: Any) -> Any:  # noqa: ANN401 - as the library has it
        if event == "taken":
            return self._on_taken(*args)
        return super().trigger_event(event, *args)

    def on_watch(self, options: object = None) -> dict[str, Any]:
        sid = sender()
        return self.answered(sid, lambda: self._watch(sid, options))

    def on_unwatch(self, options: object = None) -> dict[str, bool]:
        name = options.get("watch") if isinstance(options, dict) else None
        watch = self.watches.get(sender(), {}).pop(str(name), None)
        if watch is not None:
            watch.end()
        return {"ok": watch is not None}

    def left(self, sid: str) -> None:
        self._numbers.pop(sid, None)
        for watch in self.watches.pop(sid, {}).values():
            if watch is not None:
                watch.end()

    def _on_taken(self, sid: str, message: object = None) -> None:
        if isinstance(message, dict):
            watch = self.watches.get(sid, {}).get(str(message.get("watch")))
            if watch is not None:
                watch.taken(str(message.get("position")))

    def _watch(self, sid: str, options: object) -> dict[str, Any]:
        watch, name = self._open(sid, options)
        threading.Thread(target=self._begin, args=[sid, watch], name=f"watch-{name}", daemon=True).start()
        return {"ok": True, "watch": name} | self.answer(watch)

    def _open(self, sid: str, options: object) -> tuple[Watch, str]:
        if not isinstance(options, dict):
            raise Invalid("watch needs an object that says what is to be watched.")
        if len(self.watches.get(sid, {})) >= MOST_WATCHES:
            raise Conflict(f"This connection watches {MOST_WATCHES} logs already. End one of them first.")
        name = str(next(self._numbers.setdefault(sid, count(1))))
        watches = self.watches.setdefault(sid, {})
        watches[name] = None  # counts while its opening is waited for
        try:
            watch = watches[name] = self.open(sid, name, options)
        except BaseException:
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


def text(options: dict[str, Any], name: str) -> str:
    value = options.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid(f"{name} must be a text, not {type(value).__name__}.")
    return value


def name_or_id(value: object) -> str:
    """Of an app."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise Invalid("app must be the name or the id of an app.")
    return str(value)


def whole_number(options: dict[str, Any], name: str) -> int | None:
    value = options.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise Invalid(f"{name} must be a whole number.")
    return value
