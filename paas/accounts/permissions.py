"""Who may do what: the one place that decides, asked by every door. Pure: it looks nothing up."""

from dataclasses import dataclass, field
from enum import StrEnum

from paas.errors import Forbidden


class Role(StrEnum):
    """What a person is here. There is normally one owner, made at the first start."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"


class Action(StrEnum):
    """What can be asked for. Read it after "may not": ``see the containers of this engine``."""

    SEE_CONTAINERS = "see_containers"
    MANAGE_USERS = "manage_users"


WORDS = {
    Action.SEE_CONTAINERS: "see the containers of this engine",
    Action.MANAGE_USERS: "manage users",
}

# A container's log can hold anyone's secrets, and a member sees only apps of their own: so admins and up.
ALLOWED: dict[Action, frozenset[Role]] = {
    Action.SEE_CONTAINERS: frozenset({Role.OWNER, Role.ADMIN}),
    Action.MANAGE_USERS: frozenset({Role.OWNER, Role.ADMIN}),
}


@dataclass(frozen=True)
class Actor:
    """Who asks: a person behind a credential that was found valid a moment ago.

    ``expires_at`` (seconds since 1970) is when that credential ends by itself; an open socket ends with it.
    """

    user_id: int
    username: str
    role: Role
    session_id: str | None = None
    expires_at: float | None = field(default=None, compare=False)


def may(actor: Actor, action: Action) -> bool:
    """Whether ``actor`` may do this."""
    return actor.role in ALLOWED[action]


def require(actor: Actor, action: Action) -> None:
    """Forbidden, in a sentence for people, unless ``actor`` may do this."""
    if not may(actor, action):
        raise Forbidden(f"As {actor.role} you may not {WORDS[action]}. Ask an admin or the owner.")
