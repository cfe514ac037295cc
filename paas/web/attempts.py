"""Slows down whoever guesses passwords. An attempt counts before it is judged, so that many at once count too.

Three counters, each for a way to guess: one address trying names, one address trying one name's passwords, and many
addresses at one name. The last is wide, or anyone could lock the owner out; a success clears them. They know nothing of
who has an account: a name that nobody has is held up like any other. A fourth counts the codes of the second step,
which only who knows the password can try: of a million, three are right at any moment, so few may be tried.

Not Flask-Limiter: what it keeps in memory has no bound and is never given back, and it walks through all of it after
every attempt, on the loop that serves the viewers.
"""

import math
import threading
import time
from collections.abc import Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

from flask import Flask, current_app, request

from paas.accounts import passwords, users
from paas.errors import TooMany
from paas.web.counting import Window

REFUSAL_SECONDS = 1.0
"""How long a refusal is held back: whoever tries again at once would have the loop busy with refusals alone."""

KEY = "quayside-attempts"


@dataclass(frozen=True)
class Windows:
    """In memory: one process serves, and a restart forgives."""

    by_address: Window = field(default_factory=lambda: Window(10, seconds=60))
    by_address_and_name: Window = field(default_factory=lambda: Window(5, seconds=300))
    by_name: Window = field(default_factory=lambda: Window(50, seconds=300))
    of_codes: Window = field(default_factory=lambda: Window(10, seconds=3600))


def register(app: Flask) -> None:
    app.extensions[KEY] = Windows()


def begin(username: str) -> None:
    """Count an attempt to sign in as ``username``; TooMany, with the seconds to wait, when it is one too many."""
    with _refusals_held_back():
        passwords.refuse_when_crowded()  # first: an attempt that is not judged must not be held against anybody
        _count(_counters(username))


def succeeded(username: str) -> None:
    """Forget the attempts that led here."""
    for window, name in _counters(username):
        window.forget(name)


def begin_code(user_id: int) -> None:
    """Count a code of the second step; TooMany when it is one too many."""
    with _refusals_held_back():
        _count([(_windows().of_codes, user_id)])


def code_succeeded(user_id: int) -> None:
    _windows().of_codes.forget(user_id)


def address() -> str:
    """Where the request comes from. IPv6 by its /64: that is what one customer is given."""
    text = request.remote_addr or ""
    try:
        found = ip_address(text)
    except ValueError:
        return text
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return text


@contextmanager
def _refusals_held_back() -> Iterator[None]:
    try:
        yield
    except TooMany:
        threading.Event().wait(REFUSAL_SECONDS)
        raise


def _count(counters: Iterable[tuple[Window, Hashable]]) -> None:
    for window, name in counters:
        wait_seconds = window.hit(name, now=time.time())
        if wait_seconds:
            seconds = max(1, math.ceil(wait_seconds))
            raise TooMany(
                f"Too many attempts to sign in. Try again in {seconds} s.",
                retry_after_seconds=seconds,
            )


def _counters(username: str) -> Iterator[tuple[Window, Hashable]]:
    windows = _windows()
    name = users.key(username)[:64]
    yield windows.by_address, address()
    yield windows.by_address_and_name, (address(), name)
    yield windows.by_name, name


def _windows() -> Windows:
    found: Windows = current_app.extensions[KEY]
    return found
