"""What the engine tells of containers as it happens, in plain values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from paas.engine import labels as names


@dataclass(frozen=True, slots=True)
class Event:
    """``action`` is the engine's word: start, die, oom, kill, destroy, rename and others; ``at`` seconds since 1970.
    ``name`` and ``labels`` are the container's at that moment. A die has an ``exit_code``, a kill a ``signal``."""

    action: str
    container_id: str
    at: float
    name: str = ""
    exit_code: int | None = None
    signal: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Those of ``paas.engine.labels`` only."""


Follower = Callable[[Event], None]


def parsed(row: Mapping[str, Any]) -> Event:
    """Of one line of the engine's stream, which has the labels among the attributes."""
    attributes = row["Actor"].get("Attributes") or {}
    code = attributes.get("exitCode", "")
    return Event(
        action=row["Action"],
        container_id=row["Actor"]["ID"],
        at=row.get("timeNano", 0) / 1e9,
        name=attributes.get("name", ""),
        exit_code=int(code) if code.removeprefix("-").isdigit() else None,
        signal=attributes.get("signal", ""),
        labels=names.ours(attributes),
    )
