"""How many sockets one session may have."""

from dataclasses import replace

import pytest

from paas.accounts.permissions import Actor, Role
from paas.errors import TooMany
from paas.web.sockets import visitors
from paas.web.sockets.visitors import Visitors

ADA = Actor(1, "ada", Role.OWNER, "a session")


def test_one_session_has_no_more_than_its_share(monkeypatch):
    monkeypatch.setattr(visitors, "MOST_OF_A_SESSION", 3)
    here = Visitors()
    for number in range(3):
        here.refuse_too_many(ADA)
        here.enter(number, ADA)
    with pytest.raises(TooMany):
        here.refuse_too_many(ADA)
    here.refuse_too_many(replace(ADA, session_id="another"))
    for _ in range(2):  # who has left cannot leave again
        here.leave(1)
    here.refuse_too_many(ADA)
    here.enter(3, ADA)
    with pytest.raises(TooMany):
        here.refuse_too_many(ADA)
