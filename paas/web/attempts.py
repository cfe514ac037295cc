"""Slows down whoever guesses passwords. An attempt counts before it is judged, so that many at once count too.

Three counters, each for a way to guess: one address trying names, one address trying one name's passwords, and many
addresses at one name. The last is wide, or anyone could lock the owner out; a success clears them.
"""

import math
import time
from ipaddress import IPv6Address, ip_address

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, parse

from paas.accounts import users
from paas.errors import TooMany

BY_ADDRESS = parse("10 per minute")
BY_ADDRESS_AND_NAME = parse("5 per 5 minutes")
BY_NAME = parse("50 per 5 minutes")

KEY = "quayside.limiter"


def register(app: Flask) -> None:
    """Count in memory: one process serves, and a restart forgives."""
    limiter = Limiter(address, storage_uri="memory://", strategy="moving-window")
    limiter.init_app(app)
    app.extensions[KEY] = limiter


def begin(username: str) -> None:
    """Count an attempt to sign in as ``username``; TooMany, with the seconds to wait, when it is one too many."""
    limiter = _limiter().limiter
    for limit, *key in _counters(username):
        if not limiter.hit(limit, *key):
            seconds = max(1, math.ceil(limiter.get_window_stats(limit, *key).reset_time - time.time()))
            raise TooMany(
                f"Too many attempts to sign in. Try again in {seconds} s.",
                retry_after_seconds=seconds,
            )


def succeeded(username: str) -> None:
    """Forget the attempts that led here."""
    for limit, *key in _counters(username):
        _limiter().limiter.clear(limit, *key)


def allows(limit: RateLimitItem, name: str) -> bool:
    """Count something that the address does which asks; whether it is within this limit."""
    return bool(_limiter().limiter.hit(limit, name, address()))


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


def _counters(username: str) -> list[tuple[RateLimitItem, str, str]]:
    name = users.key(username)[:64]
    return [
        (BY_ADDRESS, "address", address()),
        (BY_ADDRESS_AND_NAME, "address and name", f"{address()} {name}"),
        (BY_NAME, "name", name),
    ]


def _limiter() -> Limiter:
    limiter: Limiter = current_app.extensions[KEY]
    return limiter
