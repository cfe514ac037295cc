"""How many answers one person may have held back: each holds a connection, also after its client has gone."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from paas.accounts.permissions import Actor
from paas.errors import TooMany

MOST = 20
RETRY_SECONDS = 10
KEY = "quayside-waits"


def register(app: Flask) -> None:
    app.extensions[KEY] = Counter[int]()


@contextmanager
def place(actor: Actor) -> Iterator[None]:
    """A place to wait in, for as long as the block lasts; TooMany when this person has none left."""
    taken: Counter[int] = current_app.extensions[KEY]
    if taken[actor.user_id] >= MOST:
        raise TooMany(
            f"{MOST} requests of yours wait for a deployment already. Ask without wait=1, and look how it stands.",
            retry_after_seconds=RETRY_SECONDS,
        )
    taken[actor.user_id] += 1
    try:
        yield
    finally:
        taken[actor.user_id] -= 1
