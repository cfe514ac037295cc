"""API tokens as the account page and REST show them."""

from dataclasses import dataclass
from typing import Any

from paas.accounts.api_tokens import ApiToken
from paas.accounts.permissions import Scope
from paas.web.times import ago, iso

SCOPE_WORDS = {
    Scope.READ: "see apps and logs",
    Scope.DEPLOY: "deploy them too",
    Scope.MANAGE: "make and change apps too",
    Scope.ADMIN: "users, grants and audit too, for admins",
}


@dataclass(frozen=True)
class TokenLine:
    """``used`` is empty for a token that was never used; ``days`` are those it has left."""

    id: int
    name: str
    scope: str
    made: tuple[str, str]
    used: tuple[str, str] | None
    address: str
    days: int


def token_line(token: ApiToken, now: float) -> TokenLine:
    used = token.last_used_at
    return TokenLine(
        id=token.id,
        name=token.name,
        scope=token.scope.value,
        made=(iso(token.created_at), ago(token.created_at, now)),
        used=(iso(used), ago(used, now)) if used is not None else None,
        address=token.last_address,
        days=max(1, round((token.expires_at - now) / 86_400)),
    )


def token_shape(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scope": token.scope.value,
        "created_at": iso(token.created_at),
        "expires_at": iso(token.expires_at),
        "last_used_at": iso(token.last_used_at) if token.last_used_at is not None else None,
        "last_address": token.last_address,
    }
