"""How many sockets one session may have."""

from dataclasses import replace

import pytest

from paas.accounts.permissions import Actor, Role
from paas.errors import TooMany
from paas.web import places
from paas.web.places import Places

ADA = Actor(1, "ada", Role.OWNER, "a session")


@pytest.fixture(autouse=True)
def three_at_most(monkeypatch):
    monkeypatch.setattr(places, "MOST", 3)


def test_one_session_has_no_more_than_its_share():
    here = Places()
    for _ in range(3):
        here.refuse_more(ADA)
        here.take(ADA)
    with pytest.raises(TooMany, match="3 open sockets"):
        here.refuse_more(ADA)
    here.refuse_more(replace(ADA, session_id="another"))
    here.give_back(replace(ADA, role=Role.MEMBER))  # what they may do has changed meanwhile
    here.refuse_more(ADA)
    here.take(ADA)
    with pytest.raises(TooMany):
        here.refuse_more(ADA)


def test_nothing_is_kept_of_who_has_gone():
    here = Places()
    for number in range(5):
        actor = replace(ADA, session_id=f"session {number}")
        here.take(actor)
        here.give_back(actor)
    assert not here._taken
