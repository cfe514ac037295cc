"""What every namespace does alike: ask who comes in, remember them, and send them away when they may not stay."""

import logging
from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask, request
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import Namespace

from paas.accounts.permissions import Action, Actor, require
from paas.errors import Forbidden, Problem, Unavailable
from paas.web import audited, identity, presence, problems
from paas.web.places import Places
from paas.web.presence import Look

log = logging.getLogger(__name__)


class Door(Namespace):  # type: ignore[misc]  # published without types
    """Subclasses name their ``action`` and get ``left`` called when a visitor goes.

    Without an action whoever is signed in may come in; each watch then asks for its own right, and ``recheck`` again.
    """

    action: ClassVar[Action | None] = None

    def __init__(self, namespace: str, app: Flask) -> None:
        super().__init__(namespace)
        self.visitors: dict[str, Actor] = {}
        self._places = Places()
        presence.presence(app).watch(self)

    def on_connect(self, auth: object = None) -> None:
        """Any error but ConnectionRefusedError would leave the client without an answer, so none gets out."""
        try:
            token = auth.get("token") if isinstance(auth, dict) else None
            actor = identity.actor_from_token(str(token)) if token else identity.actor()
            self._admit_or_note(actor)
            self._places.refuse_more(actor)
        except Problem as problem:
            raise _refusal(problem) from problem
        except Exception as error:
            log.exception("A socket could not be opened")
            raise _refusal(Unavailable(problems.INTERNAL_MESSAGE)) from error
        self.visitors[sender()] = actor
        self._places.take(actor)

    def on_disconnect(self, _reason: object = None) -> None:
        sid = sender()
        actor = self.visitors.pop(sid, None)
        if actor is not None:
            self._places.give_back(actor)
            self.left(sid)

    def left(self, sid: str) -> None:
        """This visitor has gone."""

    def keep(self, sid: str, actor: Actor, look: Look) -> None:
        self._admit(actor)
        if sid in self.visitors:  # it may have gone meanwhile
            self.visitors[sid] = actor
            self.recheck(sid, actor, look)

    def recheck(self, sid: str, actor: Actor, look: Look) -> None:
        """End what this visitor, as they are now, may no longer see."""

    def say(self, sid: str | list[str], event: str, message: object) -> None:
        self.socketio.server.emit(event, message, to=sid, namespace=self.namespace)

    def answered(self, sid: str, answer: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What this visitor's event is answered: the problem, if there is one, in the one shape."""
        try:
            return answer()
        except Problem as problem:
            actor = self.visitors.get(sid)
            if isinstance(problem, Forbidden) and actor is not None:
                audited.refused_on_socket(actor, f"socket {self.namespace}", problem)
            return problems.shape(problem)
        except Exception:
            log.exception("An event of %s could not be answered", self.namespace)
            return problems.shape(Unavailable(problems.INTERNAL_MESSAGE))

    def say_goodbye(self) -> None:
        self._say_to_all(Unavailable("The dashboard is stopping. It will be back."))

    def _say_to_all(self, problem: Problem) -> None:
        for sid in tuple(self.visitors):
            self.say(sid, "problem", problems.shape(problem))

    def send_away(self, sid: str, problem: Problem) -> None:
        self.say(sid, "problem", problems.shape(problem))
        self.socketio.server.disconnect(sid, namespace=self.namespace)

    def _admit_or_note(self, actor: Actor) -> None:
        try:
            self._admit(actor)
        except Forbidden as problem:
            audited.refused_on_socket(actor, f"socket {self.namespace}", problem)
            raise

    def _admit(self, actor: Actor) -> None:
        if self.action is not None:
            require(actor, self.action)


def _refusal(problem: Problem) -> Refused:
    return Refused(problem.message, problems.shape(problem)["error"])


def sender() -> str:
    """The id of the socket whose event is being answered."""
    return str(request.sid)  # type: ignore[attr-defined]
