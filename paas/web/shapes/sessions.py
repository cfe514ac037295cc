"""Sessions as the account page and REST show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from paas.accounts.sessions import Open
from paas.web.shapes.devices import device
from paas.web.times import ago, iso


@dataclass(frozen=True)
class SessionLine:
    """``is_this`` is the one that asks."""

    id: str
    is_this: bool
    device: str
    user_agent: str
    address: str
    seen_iso: str
    seen_words: str
    since_iso: str
    since_words: str


def session_lines(found: Iterable[Open], this: str | None, now: float) -> list[SessionLine]:
    """The one that asks first."""
    lines = [
        SessionLine(
            id=each.id,
            is_this=each.id == this,
            device=device(each.user_agent),
            user_agent=each.user_agent,
            address=each.address,
            seen_iso=iso(each.last_seen_at),
            seen_words=ago(each.last_seen_at, now),
            since_iso=iso(each.created_at),
            since_words=ago(each.created_at, now),
        )
        for each in found
    ]
    return sorted(lines, key=lambda line: not line.is_this)


def session_shape(each: Open, this: str | None) -> dict[str, Any]:
    return {
        "id": each.id,
        "current": each.id == this,
        "device": device(each.user_agent),
        "user_agent": each.user_agent,
        "address": each.address,
        "created_at": iso(each.created_at),
        "last_used_at": iso(each.last_seen_at),
        "expires_at": iso(each.expires_at),
    }
