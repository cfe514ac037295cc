"""Which of the engine's events are worth a mark. Pure."""

from collections import OrderedDict
from enum import StrEnum
from typing import Protocol

ACTIONS = frozenset({"kill", "oom", "die", "start", "destroy"})

ASKED_SECONDS = 120.0
"""How long after a signal was sent an end still counts as asked for: ``docker stop`` may be told to wait."""

ASKED_CODES = frozenset({0, 143})
"""With which a container ends in good order that was told to; where nobody saw it, that is all there is to go by."""

MERELY_TOLD = frozenset({"1", "10", "12"})
"""HUP, USR1, USR2: programs read their settings again, or open their logs anew."""

MOST_REMEMBERED = 1000


class Kind(StrEnum):
    RESTART = "restart"
    EXIT = "exit"
    OUT_OF_MEMORY = "out_of_memory"


class Event(Protocol):
    """As ``paas.engine.events`` has it."""

    @property
    def action(self) -> str: ...

    @property
    def container_id(self) -> str: ...

    @property
    def at(self) -> float: ...

    @property
    def signal(self) -> str: ...


class Witness:
    """Tells of an event whether it is worth a mark. It remembers what it needs of the events before."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, float] = OrderedDict()
        """When each container was last sent a signal."""
        self._ended: OrderedDict[str, float] = OrderedDict()

    def kind(self, event: Event) -> Kind | None:
        match event.action:
            case "kill":
                if event.signal not in MERELY_TOLD:
                    _remember(self._asked, event)
            case "oom":
                return Kind.OUT_OF_MEMORY
            case "die":
                _remember(self._ended, event)
                asked_at = self._asked.pop(event.container_id, None)
                return Kind.EXIT if asked_at is None or event.at - asked_at > ASKED_SECONDS else None
            case "start":
                return Kind.RESTART if self._ended.pop(event.container_id, None) is not None else None
            case "destroy":
                self._asked.pop(event.container_id, None)
                self._ended.pop(event.container_id, None)
        return None


def _remember(known: OrderedDict[str, float], event: Event) -> None:
    known[event.container_id] = event.at
    known.move_to_end(event.container_id)
    if len(known) > MOST_REMEMBERED:
        known.popitem(last=False)
