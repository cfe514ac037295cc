"""Opens a raw WebSocket. All that can be refused is refused before, with a status and a JSON body; a browser then sees
no more than that the connection failed, so it asks ``GET /api/v1/session`` for the reason.
"""

import logging
import threading
from collections.abc import Callable
from typing import cast

from flask import Flask, Response, current_app, request

from paas.accounts.permissions import Action, Actor, may
from paas.apps import catalogue
from paas.apps.app import App
from paas.concurrency import websocket
from paas.concurrency.websocket import WebSocket
from paas.errors import Forbidden, Invalid, NotFound, NotSignedIn
from paas.web import identity
from paas.web.context import services
from paas.web.origins import is_own
from paas.web.sockets.visitors import Stream, visitors

log = logging.getLogger(__name__)

BEARER = "bearer-"
"""A browser can send no header with a WebSocket but a subprotocol: ``new WebSocket(url, [`bearer-${token}`])``."""

GREATEST_ID = (1 << 31) - 1


def actor() -> Actor:
    """Who knocks: by the token in the subprotocol, by ``Authorization: Bearer``, or by the cookie. A browser sends that
    along whoever's page opens the socket, so it counts from our own pages alone. A token in the address never does."""
    if protocol := _subprotocol():
        return identity.actor_from_token(protocol.removeprefix(BEARER))
    if identity.bearer_token() is None and not _is_from_our_page():
        raise NotSignedIn("Sign in: open the socket from a page of this dashboard, or send a token.")
    return identity.actor()


def app(who: Actor, reference: str) -> App:
    """The app of this id or name. Ids are counted, so that there is an app is no secret to who may not see it; a name
    that they may not see is not found."""
    if not reference:
        raise Invalid("appId is missing: give the id or the name of an app.")
    with services().database.session() as session:
        if not (reference.isascii() and reference.isdigit()):
            return catalogue.find(session, who, reference)
        try:
            found = catalogue.load(session, min(int(reference[:11]), GREATEST_ID))
        except NotFound as problem:
            raise NotFound(f"There is no app {reference[:80]}.") from problem
    check(who, found)
    return found


def check(who: Actor, app: App) -> None:
    """Forbidden unless they may see this app."""
    if not may(who, Action.SEE_APP, app):
        raise Forbidden("Permission denied")


def check_machine(who: Actor) -> None:
    """Forbidden unless they may see what runs on the engine, whoever's it is."""
    if not may(who, Action.SEE_CONTAINERS):
        raise Forbidden("Permission denied")


def serve(who: Actor, make: Callable[[WebSocket, Flask], Stream]) -> Response:
    """Open the socket, show the stream until it ends, and return the empty answer that goes nowhere."""
    application = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]
    here = visitors(application)
    here.refuse_too_many(who)
    socket = websocket.accept(request.environ, subprotocol=_subprotocol())
    stream = make(socket, application)
    here.enter(stream, who)
    try:
        threading.Thread(target=_run, args=[stream], name="websocket-stream", daemon=True).start()
        socket.serve()
    except Exception:
        log.exception("A WebSocket failed")
    finally:
        here.leave(stream)
        stream.leave()
    return Response()


def _run(stream: Stream) -> None:
    try:
        stream.run()
    except Exception:
        log.exception("What a WebSocket shows failed")
        stream.socket.close(1011, "Something went wrong inside the dashboard. Its own output says what; try again.")


def _subprotocol() -> str:
    offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    return next((each.strip() for each in offered if each.strip().startswith(BEARER)), "")


def _is_from_our_page() -> bool:
    origin = request.headers.get("Origin")
    return origin is not None and is_own(origin, request.host, services().settings.public_url)
