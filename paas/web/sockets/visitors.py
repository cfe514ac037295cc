"""Who is in on raw WebSockets: they are sent away when they may no longer see what they are shown."""

from collections.abc import Mapping
from typing import Protocol

from flask import Flask

from paas.accounts.permissions import Actor
from paas.concurrency.websocket import GOING_AWAY, WebSocket
from paas.errors import Problem
from paas.web import presence, problems
from paas.web.places import Places
from paas.web.presence import Look

KEY = "quayside-sockets"


class Stream(Protocol):
    """What a client is shown."""

    socket: WebSocket

    def run(self) -> None:
        """Show it until it ends. It may wait."""
        ...

    def leave(self) -> None:
        """The client has gone."""
        ...

    def recheck(self, actor: Actor, look: Look) -> None:
        """The client is this person now; a Problem where they may not see it any more."""
        ...


class Visitors:
    """A room of the presence."""

    def __init__(self) -> None:
        self._actors: dict[Stream, Actor] = {}
        self._places = Places()

    @property
    def visitors(self) -> Mapping[Stream, Actor]:
        return self._actors

    def refuse_too_many(self, actor: Actor) -> None:
        self._places.refuse_more(actor)

    def enter(self, stream: Stream, actor: Actor) -> None:
        self._actors[stream] = actor
        self._places.take(actor)

    def leave(self, stream: Stream) -> None:
        actor = self._actors.pop(stream, None)
        if actor is not None:
            self._places.give_back(actor)

    def keep(self, stream: Stream, actor: Actor, look: Look) -> None:
        stream.recheck(actor, look)
        if stream in self._actors:  # it may have gone meanwhile
            self._actors[stream] = actor

    def send_away(self, stream: Stream, problem: Problem) -> None:
        stream.socket.close(problems.CLOSE_CODE[problem.kind], problem.message, at_once=True)

    def say_goodbye(self) -> None:
        for stream in tuple(self._actors):
            stream.socket.close(GOING_AWAY, "The dashboard is stopping. It will be back.")


def visitors(app: Flask) -> Visitors:
    """Those of this application."""
    if KEY not in app.extensions:
        app.extensions[KEY] = Visitors()
        presence.presence(app).watch(app.extensions[KEY])
    found: Visitors = app.extensions[KEY]
    return found
