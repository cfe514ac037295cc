"""Who is in on raw sockets has a place, and gives it back once."""

import pytest

from paas.accounts.permissions import Actor, Role
from paas.errors import TooMany
from paas.web import places
from paas.web.sockets.visitors import Visitors

ADA = Actor(1, "ada", Role.OWNER, "a session")


def test_who_leaves_makes_room_once(monkeypatch):
    monkeypatch.setattr(places, "MOST", 3)
    here = Visitors()
    for number in range(3):
        here.refuse_too_many(ADA)
        here.enter(number, ADA)
    with pytest.raises(TooMany):
        here.refuse_too_many(ADA)
    for _ in range(2):  # who has left cannot leave again
        here.leave(1)
    here.refuse_too_many(ADA)
    here.enter(3, ADA)
    with pytest.raises(TooMany):
        here.refuse_too_many(ADA)
