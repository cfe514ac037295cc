"""Holds whoever gives addresses of services, or tests them, to so many a minute: each takes a process of its own."""

import math
import time

from flask import Flask, current_app

from paas.accounts.permissions import Actor
from paas.errors import TooMany
from paas.web.counting import Window

KEY = "quayside-checks"
MOST_A_MINUTE = 12


def register(app: Flask) -> None:
    app.extensions[KEY] = Window(MOST_A_MINUTE, seconds=60)


def begin(actor: Actor) -> None:
    """Count one; TooMany, with the seconds to wait, when it is one too many."""
    window: Window = current_app.extensions[KEY]
    seconds = math.ceil(window.hit(actor.user_id, now=time.time()))
    if seconds:
        raise TooMany(
            f"Too many addresses and tests in a minute. Try again in {seconds} s.", retry_after_seconds=seconds
        )
