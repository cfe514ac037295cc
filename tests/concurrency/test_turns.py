"""Who changes an app's containers takes turns."""

import pytest

from paas.concurrency import turns as turns_of
from paas.concurrency.turns import Turns
from paas.errors import Conflict


def test_one_at_a_time_changes_an_apps_containers():
    turns = Turns()
    with turns.take(1) as first, turns.take(1, wait=False) as second, turns.take(2, wait=False) as other:
        assert (first, second, other) == (True, False, True)
    with turns.take(1, wait=False) as again:
        assert again


def test_who_cannot_wait_for_long_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(turns_of, "PATIENCE_SECONDS", 0.01)
    turns = Turns()
    with turns.take(1), pytest.raises(Conflict, match="Try again in a moment"):
        turns.take_soon(1).__enter__()
    with turns.take_soon(1), turns.take(1, wait=False) as second:
        assert not second


def test_anybody_can_see_whether_a_turn_is_taken():
    turns = Turns()
    assert not turns.is_taken(1)
    with turns.take(1):
        assert (turns.is_taken(1), turns.is_taken(2)) == (True, False)
    assert not turns.is_taken(1)
