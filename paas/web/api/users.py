"""The people here over REST, for admins and the owner. docs/accounts.md shows the calls."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from paas.accounts import invitations, membership, users
from paas.accounts.invitations import Invitation
from paas.accounts.permissions import Action, Actor, require
from paas.accounts.users import User
from paas.web import addresses, body, etags, identity, paging
from paas.web.context import services
from paas.web.times import iso

blueprint = Blueprint("api_users", __name__)

USERS, INVITATIONS = "/api/v1/users", "/api/v1/invitations"


@blueprint.get(USERS)
def index() -> ResponseReturnValue:
    """Everybody, by name; ``after`` is the ``next`` of the page before."""
    who = _who()
    with services().database.session() as session:
        people, after = paging.by_name(membership.everyone(session, who), lambda each: users.key(each.user.username))
    found = [
        _user(each.user)
        | {"last_seen_at": iso(each.last_seen_at) if each.last_seen_at is not None else None, "apps": each.apps}
        for each in people
    ]
    return etags.tagged({"users": found, "next": after})


@blueprint.patch(f"{USERS}/<username>")
def change(username: str) -> ResponseReturnValue:
    """``{"role": "admin"}`` or ``"member"``; it counts at once."""
    who, document = _who(), body.document()
    body.refuse_others(document, "role")
    with services().database.session() as session:
        return _user(membership.change_role(session, who, username, body.text(document, "role") or ""))


@blueprint.delete(f"{USERS}/<username>")
def remove(username: str) -> ResponseReturnValue:
    """``{"name": "bob"}``: the name once more. Sessions, grants and invitations of theirs go; their apps stay."""
    who, document = _who(), body.document()
    body.refuse_others(document, "name")
    with services().database.session() as session:
        ended = membership.remove(session, who, username, name=body.text(document, "name") or "")
    identity.tell_ended(ended)
    return "", 204


@blueprint.get(INVITATIONS)
def open_invitations() -> ResponseReturnValue:
    """Those that nobody has used yet. Their links are not shown again."""
    who = _who()
    with services().database.session() as session:
        return {"invitations": [_invitation(each) for each in invitations.open_ones(session, who)]}


@blueprint.post(INVITATIONS)
def invite() -> ResponseReturnValue:
    """``{"role": "member", "note": "for Eve"}`` -> 201 with ``url``, shown this once."""
    who, document = _who(), body.document()
    body.refuse_others(document, "role", "note")
    role, note = body.text(document, "role") or "", body.text(document, "note") or ""
    with services().database.session() as session:
        invitation, code = invitations.invite(session, who, role, note)
    url = _link(code)
    return _invitation(invitation) | {"url": url}, 201


@blueprint.delete(f"{INVITATIONS}/<int:invitation_id>")
def withdraw(invitation_id: int) -> ResponseReturnValue:
    who = _who()
    with services().database.session() as session:
        invitations.withdraw(session, who, min(invitation_id, 2**31 - 1))
    return "", 204


def _link(code: str) -> str:
    path = url_for("invited.index", code=code)
    return addresses.whole(path, public_url=services().settings.public_url, host_url=request.host_url)


def _who() -> Actor:
    who = identity.actor()
    require(who, Action.MANAGE_USERS)
    return who


def _user(user: User) -> dict[str, Any]:
    return {"username": user.username, "role": user.role.value, "created_at": iso(user.created_at)}


def _invitation(each: Invitation) -> dict[str, Any]:
    return {
        "id": each.id,
        "role": each.role.value,
        "note": each.note,
        "created_at": iso(each.created_at),
        "expires_at": iso(each.expires_at),
    }
