"""Which events are worth a mark: histories of one container as the engine tells them."""

import pytest

from paas.engine.events import Event
from paas.metrics.witness import ASKED_SECONDS, MOST_REMEMBERED, Kind, Witness


def kinds(*history, container="c"):
    """Of events (action, at) or (action, at, signal)."""
    witness = Witness()
    found = (
        witness.kind(Event(action, container, at, signal=signal[0] if signal else "15"))
        for action, at, *signal in history
    )
    return [kind.value for kind in found if kind]


@pytest.mark.parametrize(
    ("history", "marked"),
    [
        ([("create", 0), ("start", 1)], []),
        ([("start", 1), ("die", 2)], ["exit"]),
        ([("start", 1), ("die", 2), ("start", 3), ("die", 4)], ["exit", "restart", "exit"]),
        ([("oom", 2), ("die", 2.1)], ["out_of_memory", "exit"]),
        ([("kill", 1), ("die", 5)], []),
        ([("kill", 1), ("kill", 11, "9"), ("die", 11.1)], []),
        ([("kill", 1), ("die", 2), ("start", 3)], ["restart"]),
        ([("kill", 1), ("die", 2), ("start", 3), ("die", 4)], ["restart", "exit"]),
        ([("kill", 1), ("die", 2 + ASKED_SECONDS)], ["exit"]),
        ([("kill", 1, "1"), ("die", 2)], ["exit"]),
        ([("kill", 1, "10"), ("kill", 1.5, "12"), ("die", 2)], ["exit"]),
        ([("die", 2), ("destroy", 3), ("start", 4)], ["exit"]),
        ([("health_status: unhealthy", 2), ("rename", 3), ("pause", 4), ("unpause", 5)], []),
    ],
)
def test_history_of_a_container(history, marked):
    assert kinds(*history) == marked


def test_containers_are_not_taken_for_each_other():
    witness = Witness()
    witness.kind(Event("kill", "one", 1))
    assert witness.kind(Event("die", "other", 2)) is Kind.EXIT
    assert witness.kind(Event("start", "one", 3)) is None


def test_it_remembers_only_so_many():
    witness = Witness()
    witness.kind(Event("die", "first", 0))
    for number in range(MOST_REMEMBERED):
        witness.kind(Event("die", str(number), number))
    assert witness.kind(Event("start", "first", 1e9)) is None
    assert witness.kind(Event("start", "5", 1e9)) is Kind.RESTART
