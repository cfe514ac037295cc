"""Where notices go: a name, and an address of a service, which is a secret. It is sealed in the database, shown to
nobody again, and stands in no message, log or audit entry.

A destination belongs to somebody and gets what they may see at the moment it is sent: whoever loses an app gets nothing
of it any more. One whose owner was removed gets nothing until somebody takes it over by changing it. Members have their
own; admins see and may change all. What takes a ``Post`` looks at the address first, which takes a second: call it
outside a session.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from paas.accounts import grants
from paas.accounts.permissions import Action, Actor, Role, may, require
from paas.alerts import services
from paas.alerts.sending import Sender
from paas.apps import catalogue
from paas.apps.vault import Vault
from paas.errors import Conflict, Invalid, NotFound
from paas.storage.database import Database
from paas.storage.notice_tables import DestinationRow
from paas.storage.tables import AppRow, UserRow

MOST_OF_ONE, MOST_OF_ALL = 20, 200
LONGEST_NAME = 64
CHANGEABLE = frozenset({"name", "url", "app_id", "rule_ids", "is_on"})


@dataclass(frozen=True)
class Post:
    """What it takes to keep and to ask an address."""

    database: Database
    vault: Vault
    sender: Sender


@dataclass(frozen=True)
class Wanted:
    """``app_id`` None: of all that its owner may see. ``rule_ids`` empty: of every rule."""

    name: str
    url: str = field(repr=False)
    app_id: int | None = None
    rule_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Destination:
    """Times are seconds since 1970. ``owner`` is empty once they were removed; ``failures`` counts since a message was
    taken last, ``last_error`` says why."""

    id: int
    name: str
    service: str
    owner: str
    owner_id: int | None
    app_id: int | None
    app_name: str
    rule_ids: tuple[int, ...]
    is_on: bool
    created_at: float
    failures: int
    next_try_at: float
    last_sent_at: float | None
    last_error: str


def visible(session: Session, actor: Actor) -> list[Destination]:
    """By name: one's own, all of them for admins."""
    require(actor, Action.MANAGE_DESTINATIONS)
    query = _whole().order_by(func.lower(DestinationRow.name), DestinationRow.id)
    if not may(actor, Action.MANAGE_ALERTS):
        query = query.where(DestinationRow.owner_id == actor.user_id)
    return [_destination(*found) for found in session.execute(query)]


def find(session: Session, actor: Actor, destination_id: int) -> Destination:
    """The destination of this id; to somebody who may not see it, there is none."""
    require(actor, Action.MANAGE_DESTINATIONS)
    row = _row(session, destination_id)
    if row is None or not (row.owner_id == actor.user_id or may(actor, Action.MANAGE_ALERTS)):
        raise NotFound(f"There is no destination {destination_id}.")
    return _load(session, row)


def create(post: Post, actor: Actor, wanted: Wanted) -> Destination:
    """A new one; Invalid names the field that cannot be, Conflict when there are too many."""
    require(actor, Action.MANAGE_DESTINATIONS)
    name, service = _checked_name(wanted.name), services.service_of(wanted.url)
    with post.database.session() as session:
        _refuse_more(session, actor)
        _check_app(session, actor, wanted.app_id)
    _ask(post, wanted.url, may_be_private=may_be_private(actor))
    with post.database.session() as session:
        _refuse_more(session, actor)
        row = DestinationRow(
            name=name,
            service=service,
            sealed_url=post.vault.seal(wanted.url),
            owner_id=actor.user_id or None,
            app_id=wanted.app_id,
            rules=_sealed_rules(wanted.rule_ids),
            created_at=time.time(),
        )
        session.add(row)
        session.flush()
        return _load(session, row)


def change(post: Post, actor: Actor, destination_id: int, **changes: Any) -> Destination:  # noqa: ANN401 - of CHANGEABLE
    """It with some of ``CHANGEABLE`` changed. With another address what has failed is tried again at once. One that
    belongs to nobody is theirs who changes it."""
    if unknown := sorted(set(changes) - CHANGEABLE):
        raise Invalid(f"{', '.join(unknown)} of a destination cannot be changed.")
    columns = _columns(post, changes)
    with post.database.session() as session:
        before = find(session, actor, destination_id)
        owner = owner_of(session, before.owner_id) or actor
        if "app_id" in changes:
            _check_app(session, owner, changes["app_id"])
    if "url" in changes:
        _ask(post, changes["url"], may_be_private=may_be_private(owner))
    with post.database.session() as session:
        find(session, actor, destination_id)
        row = session.get_one(DestinationRow, destination_id)
        for name, value in columns.items():
            setattr(row, name, value)
        row.owner_id = row.owner_id or actor.user_id or None
        session.flush()
        return _load(session, row)


def remove(session: Session, actor: Actor, destination_id: int) -> Destination:
    """With all notices that wait for it."""
    found = find(session, actor, destination_id)
    session.delete(session.get_one(DestinationRow, destination_id))
    session.flush()
    return found


def owner_of(session: Session, user_id: int | None) -> Actor | None:
    """Whose right to see counts: the owner with today's role and grants; None when they were removed."""
    row = session.get(UserRow, user_id) if user_id is not None else None
    if row is None:
        return None
    return Actor(row.id, row.username, Role(row.role), grants=grants.of_user(session, row.id))


def may_be_private(owner: Actor) -> bool:
    """Whether their notices may go to addresses inside private networks: to who may use the machine itself."""
    return may(owner, Action.USE_HOST)


def may_see(session: Session, owner: Actor, app_id: int | None) -> bool:
    """Whether alerts of this app, or of the machine where there is none, are theirs to see."""
    if app_id is None:
        return may(owner, Action.SEE_CONTAINERS)
    app = session.get(AppRow, app_id)
    return app is not None and may(owner, Action.SEE_APP, app)


def _columns(post: Post, changes: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: changes[name] for name in ("app_id", "is_on") if name in changes}
    if "name" in changes:
        columns["name"] = _checked_name(changes["name"])
    if "rule_ids" in changes:
        columns["rules"] = _sealed_rules(changes["rule_ids"])
    if "url" in changes:
        service, sealed = services.service_of(changes["url"]), post.vault.seal(changes["url"])
        columns |= {"service": service, "sealed_url": sealed, "failures": 0, "next_try_at": 0.0, "last_error": ""}
    return columns


def _ask(post: Post, url: str, *, may_be_private: bool) -> None:
    outcome = post.sender.check(url, may_be_private=may_be_private)
    if outcome.is_wrong:
        raise Invalid(outcome.reason, field="url")


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A destination needs a name of at most {LONGEST_NAME} characters, in one line.", field="name")
    return name


def _check_app(session: Session, owner: Actor, app_id: int | None) -> None:
    try:
        if app_id is not None:
            catalogue.find(session, owner, app_id)
    except NotFound as problem:
        raise Invalid(problem.message, field="app") from problem


def _sealed_rules(rule_ids: tuple[int, ...]) -> str:
    if len(rule_ids) > MOST_OF_ALL or not all(0 < each < 1 << 31 for each in rule_ids):
        raise Invalid("There is no such rule.", field="rules")
    return json.dumps(sorted(set(rule_ids)))


def _refuse_more(session: Session, actor: Actor) -> None:
    owners = list(session.scalars(select(DestinationRow.owner_id)))
    if len(owners) >= MOST_OF_ALL or owners.count(actor.user_id) >= MOST_OF_ONE:
        raise Conflict(f"There are {MOST_OF_ONE} destinations of one person at most, {MOST_OF_ALL} in all.")


def _row(session: Session, destination_id: int) -> DestinationRow | None:
    return session.get(DestinationRow, destination_id) if 0 < destination_id < 1 << 31 else None


def _whole() -> Any:  # noqa: ANN401 - a query of three tables
    return (
        select(DestinationRow, UserRow.username, AppRow.name)
        .outerjoin(UserRow, UserRow.id == DestinationRow.owner_id)
        .outerjoin(AppRow, AppRow.id == DestinationRow.app_id)
    )


def _load(session: Session, row: DestinationRow) -> Destination:
    return _destination(*session.execute(_whole().where(DestinationRow.id == row.id)).one())


def _destination(row: DestinationRow, owner: str | None, app_name: str | None) -> Destination:
    return Destination(
        id=row.id,
        name=row.name,
        service=row.service,
        owner=owner or "",
        owner_id=row.owner_id,
        app_id=row.app_id,
        app_name=app_name or "",
        rule_ids=tuple(json.loads(row.rules)),
        is_on=row.is_on,
        created_at=row.created_at,
        failures=row.failures,
        next_try_at=row.next_try_at,
        last_sent_at=row.last_sent_at,
        last_error=row.last_error,
    )
