"""Who may do what: the one place that decides, asked by every door. Pure: it looks nothing up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from paas.errors import Forbidden


class Role(StrEnum):
    """What a person is here. There is normally one owner, made at the first start."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"


class Grant(StrEnum):
    """What a member was given of one app. Each holds those before it."""

    VIEW = "view"
    DEPLOY = "deploy"
    MANAGE = "manage"


class Scope(StrEnum):
    """How much of what its person may a token may. Each holds those before it."""

    READ = "read"
    DEPLOY = "deploy"
    MANAGE = "manage"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be asked for. Read it after "may not": ``see the containers of this engine``."""

    SEE_CONTAINERS = "see_containers"
    MANAGE_USERS = "manage_users"
    CREATE_APPS = "create_apps"
    ADOPT_CONTAINERS = "adopt_containers"
    USE_HOST = "use_host"
    GIVE_GRANTS = "give_grants"
    SEE_AUDIT = "see_audit"
    MANAGE_ALERTS = "manage_alerts"
    MANAGE_DESTINATIONS = "manage_destinations"
    MANAGE_ACCOUNT = "manage_account"
    SEE_APP = "see_app"
    DEPLOY_APP = "deploy_app"
    MANAGE_APP = "manage_app"


WORDS = {
    Action.SEE_CONTAINERS: "see the containers of this engine",
    Action.MANAGE_USERS: "manage users",
    Action.CREATE_APPS: "create apps",
    Action.ADOPT_CONTAINERS: "make an app of a container that runs already",
    Action.USE_HOST: "give an app host paths, privileges or the engine's socket",
    Action.GIVE_GRANTS: "say who may use an app",
    Action.SEE_AUDIT: "see who did what",
    Action.MANAGE_DESTINATIONS: "say where notices of alerts go",
    Action.MANAGE_ALERTS: "say what all apps and the machine are watched for",
    Action.MANAGE_ACCOUNT: "see or change your account",
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
    Action.GIVE_GRANTS: frozenset({Role.OWNER, Role.ADMIN}),
    Action.SEE_AUDIT: frozenset({Role.OWNER, Role.ADMIN}),
    Action.MANAGE_ALERTS: frozenset({Role.OWNER, Role.ADMIN}),
    Action.MANAGE_DESTINATIONS: frozenset(Role),
    Action.MANAGE_ACCOUNT: frozenset(Role),
    Action.SEE_APP: frozenset({Role.OWNER, Role.ADMIN}),
    Action.DEPLOY_APP: frozenset({Role.OWNER, Role.ADMIN}),
    Action.MANAGE_APP: frozenset({Role.OWNER, Role.ADMIN}),
}

# What a member may do with an app of their own, and with one that they were given.
OF_CREATOR = frozenset({Action.SEE_APP, Action.DEPLOY_APP, Action.MANAGE_APP})
OF_GRANT: dict[Grant, frozenset[Action]] = {
    Grant.VIEW: frozenset({Action.SEE_APP}),
    Grant.DEPLOY: frozenset({Action.SEE_APP, Action.DEPLOY_APP}),
    Grant.MANAGE: frozenset({Action.SEE_APP, Action.DEPLOY_APP, Action.MANAGE_APP}),
}


_READ = frozenset({Action.SEE_APP, Action.SEE_CONTAINERS})
_DEPLOY = _READ | {Action.DEPLOY_APP}
_MANAGE = _DEPLOY | {
    Action.MANAGE_APP,
    Action.CREATE_APPS,
    Action.ADOPT_CONTAINERS,
    Action.USE_HOST,
    Action.MANAGE_ALERTS,
    Action.MANAGE_DESTINATIONS,
}
_ADMIN = _MANAGE | {Action.MANAGE_USERS, Action.GIVE_GRANTS, Action.SEE_AUDIT}

# The account itself is in none: a token that was stolen must not make others, nor change the password.
SCOPES: dict[Scope, frozenset[Action]] = {
    Scope.READ: _READ,
    Scope.DEPLOY: _DEPLOY,
    Scope.MANAGE: _MANAGE,
    Scope.ADMIN: _ADMIN,
}


class Owned(Protocol):
    """What belongs to somebody: an app."""

    @property
    def id(self) -> int: ...

    @property
    def created_by(self) -> int | None: ...


@dataclass(frozen=True)
class Actor:
    """Who asks: a person behind a credential that was found valid a moment ago.

    ``session_id`` names that credential. ``grants`` are those of apps, by the app's id. ``scope`` is all that the
    credential is good for, None for whatever its person may do. ``expires_at`` (seconds since 1970) is when it ends by
    itself; an open socket ends with it.
    """

    user_id: int
    username: str
    role: Role
    session_id: str | None = None
    expires_at: float | None = field(default=None, compare=False)
    grants: Mapping[int, Grant] = field(default_factory=dict, hash=False)
    scope: frozenset[Action] | None = None


def may(actor: Actor, action: Action, app: Owned | None = None) -> bool:
    """Whether ``actor`` may do this, to this app where the action is about one."""
    if not _is_in_scope(actor, action):
        return False
    return actor.role in ALLOWED[action] or (app is not None and action in _of_app(actor, app))


def require(actor: Actor, action: Action, app: Owned | None = None) -> None:
    """Forbidden, in a sentence for people, unless ``actor`` may do this."""
    if not _is_in_scope(actor, action):
        raise Forbidden(f"With this token you may not {WORDS[action]}. Make one of a wider scope, or sign in.")
    if not may(actor, action, app):
        raise Forbidden(f"As {actor.role} you may not {WORDS[action]}. Ask an admin or the owner.")


def _is_in_scope(actor: Actor, action: Action) -> bool:
    return actor.scope is None or action in actor.scope


def _of_app(actor: Actor, app: Owned) -> frozenset[Action]:
    """What this person may do with this app, whatever their role."""
    if app.created_by == actor.user_id:
        return OF_CREATOR
    grant = actor.grants.get(app.id)
    return OF_GRANT[grant] if grant is not None else frozenset()
