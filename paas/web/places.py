"""How many sockets of one kind a session may have open. A page has one, a wall of screens a few."""

from collections import Counter

from paas.accounts.permissions import Actor
from paas.errors import TooMany

MOST = 1_000
"""Each takes a file, two green threads and, with a slow client, half a megabyte."""


class Places:
    """Those of one kind."""

    def __init__(self) -> None:
        self._taken: Counter[tuple[int, str | None]] = Counter()

    def refuse_more(self, actor: Actor) -> None:
        """TooMany when this session has none left."""
        if self._taken[_credential(actor)] >= MOST:
            raise TooMany(f"This session has {MOST} open sockets already. Close some of them first.")

    def take(self, actor: Actor) -> None:
        self._taken[_credential(actor)] += 1

    def give_back(self, actor: Actor) -> None:
        self._taken[_credential(actor)] -= 1
        if self._taken[_credential(actor)] <= 0:
            del self._taken[_credential(actor)]


def _credential(actor: Actor) -> tuple[int, str | None]:
    return actor.user_id, actor.session_id
