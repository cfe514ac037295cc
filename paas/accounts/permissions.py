"""Who may do what: the one place that decides, asked by every door. Pure: it looks nothing up."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

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
    CREATE_APPS = "create_apps"
    ADOPT_CONTAINERS = "adopt_containers"
    USE_HOST = "use_host"
    SEE_APP = "see_app"
    DEPLOY_APP = "deploy_app"
    MANAGE_APP = "manage_app"


WORDS = {
    Action.SEE_CONTAINERS: "see the containers of this engine",
    Action.MANAGE_USERS: "manage users",
    Action.CREATE_APPS: "create apps",
    Action.ADOPT_CONTAINERS: "make an app of a container that runs already",
    Action.USE_HOST: "give an app host paths, privileges or the engine's socket",
    Action.SEE_APP: "see this app",
    Action.DEPLOY_APP: "deploy this app",
    Action.MANAGE_APP: "change this app",
}

# A container's log can hold anyone's secrets, and a member sees only apps of their own: so admins and up.
ALLOWED: dict[Action, frozenset[Role]] = {
    Action.SEE_CONTAINERS: frozenset({Role.OWNER, Role.ADMIN}),
    Action.MANAGE_USERS: frozenset({Role.OWNER, Role.ADMIN}),
    Action.CREATE_APPS: frozenset(Role),
    Action.ADOPT_CONTAINERS: frozenset({Role.OWNER, Role.ADMIN}),
    Action.USE_HOST: frozenset({Role.OWNER, Role.ADMIN}),
    Action.SEE_APP: frozenset({Role.OWNER, Role.ADMIN}),
    Action.DEPLOY_APP: frozenset({Role.OWNER, Role.ADMIN}),
    Action.MANAGE_APP: frozenset({Role.OWNER, Role.ADMIN}),
}

# What a member may do with an app of their own.
OF_CREATOR = frozenset({Action.SEE_APP, Action.DEPLOY_APP, Action.MANAGE_APP})


class Owned(Protocol):
    """What belongs to somebody: an app."""

    @property
    def created_by(self) -> int | None: ...


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


def may(actor: Actor, action: Action, app: Owned | None = None) -> bool:
    """Whether ``actor`` may do this, to this app where the action is about one."""
    is_own = app is not None and app.created_by == actor.user_id
    return actor.role in ALLOWED[action] or (is_own and action in OF_CREATOR)


def require(actor: Actor, action: Action, app: Owned | None = None) -> None:
    """Forbidden, in a sentence for people, unless ``actor`` may do this."""
    if not may(actor, action, app):
        raise Forbidden(f"As {actor.role} you may not {WORDS[action]}. Ask an admin or the owner.")
