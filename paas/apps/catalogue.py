"""The apps: creating, finding, changing and deleting them. It touches rows alone, nothing on the engine."""

import json
import time
from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may, require
from paas.apps import rules
from paas.apps.app import CHANGEABLE, App, Kind, Mount, Wanted, wanted_of
from paas.errors import Conflict, Invalid, NotFound
from paas.storage.tables import AppRow, DeploymentRow

__all__ = [
    "Wanted",
    "change",
    "check_deletion",
    "create",
    "delete",
    "every",
    "find",
    "held",
    "insert",
    "load",
    "set_current",
    "touch",
    "visible",
]

BEGUN = ("building", "deploying")
UNDER_WAY = ("pending", *BEGUN)
"""Of deployments, which this file knows as rows alone."""


def create(session: Session, actor: Actor, wanted: Wanted) -> App:
    """A new app of a repository or an image; Conflict for a name or a host port that is taken."""
    require(actor, Action.CREATE_APPS)
    if wanted.kind is Kind.ADOPTED:
        raise Invalid("kind must be git or image; a container that runs already is adopted, not created.")
    _require_host(actor, wanted, before=None)
    return insert(session, actor, wanted)


def insert(session: Session, actor: Actor, wanted: Wanted) -> App:
    """``create`` for who has asked for the right to already."""
    wanted = rules.check(wanted)
    _refuse_taken(session, wanted, app_id=None)
    now = time.time()
    row = AppRow(**_columns(wanted), created_by=actor.user_id or None, created_at=now, changed_at=now)
    session.add(row)
    _flush(session, wanted.name)
    return _app(row)


def find(session: Session, actor: Actor, name_or_id: str | int) -> App:
    """The app of this name or id; to somebody who may not see it, there is none."""
    row = _row(session, str(name_or_id))
    if row is None or not may(actor, Action.SEE_APP, row):
        raise NotFound(f"There is no app {str(name_or_id)[:80]}.")
    return _app(row)


def visible(session: Session, actor: Actor) -> list[App]:
    """Every app that this person may see, by name."""
    return [app for app in every(session) if may(actor, Action.SEE_APP, app)]


def every(session: Session) -> list[App]:
    """All of them, by name, for whom permission is no question, or one to be asked for many people at once."""
    return [_app(row) for row in session.scalars(select(AppRow).order_by(AppRow.name))]


def load(session: Session, app_id: int) -> App:
    """The app of this id, for whom permission is no question: the pipeline."""
    return _app(_kept(session, app_id))


def held(session: Session, app: App) -> App:
    """The app, which nobody else changes before this session ends: what is decided by how it is now stays right."""
    row = session.get(AppRow, app.id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("This app was deleted.")
    return _app(row)


def change(session: Session, actor: Actor, app: App, **changes: Any) -> App:  # noqa: ANN401 - fields of Wanted
    """The app with some fields of ``Wanted`` changed; ``changed_at`` moves only when something has."""
    require(actor, Action.MANAGE_APP, app)
    row = _kept(session, app.id)
    before = wanted_of(_app(row))
    _refuse_unchangeable(before, changes)
    wanted = rules.check(replace(before, **changes))
    if wanted == before:
        return _app(row)
    _require_host(actor, wanted, before=before)
    _refuse_taken(session, wanted, app_id=app.id)
    for name, value in _columns(wanted).items():
        setattr(row, name, value)
    row.changed_at = time.time()
    _flush(session, wanted.name)
    return _app(row)


def delete(session: Session, actor: Actor, app: App, *, name: str) -> None:
    """Delete the app with its environment and records; ``name`` is its name once more, as a safeguard.

    Its containers are not touched: whoever deletes it has them removed, see ``check_deletion``. A deployment that was
    requested since and has not begun goes too: it has made nothing.
    """
    check_deletion(session, actor, app, name=name, under_way=BEGUN)
    session.delete(_kept(session, app.id))
    session.flush()


def check_deletion(
    session: Session, actor: Actor, app: App, *, name: str, under_way: tuple[str, ...] = UNDER_WAY
) -> None:
    """What ``delete`` asks, to be asked before the containers are removed, which takes long and cannot be undone."""
    require(actor, Action.MANAGE_APP, app)
    if name != app.name:
        raise Invalid(f"To delete this app, give its name: {app.name}.")
    of_app = select(DeploymentRow.number).where(DeploymentRow.app_id == app.id)
    number = session.scalar(of_app.where(DeploymentRow.status.in_(under_way)).limit(1))
    if number is not None:
        raise Conflict(f"Deployment {number} of {app.name} is under way. Cancel it, then delete the app.")


def set_current(session: Session, app_id: int, deployment_id: int | None) -> None:
    """Note which deployment serves."""
    _kept(session, app_id).current_id = deployment_id


def touch(session: Session, app_id: int) -> None:
    """Note that something was changed which only a deployment brings into effect."""
    _kept(session, app_id).changed_at = time.time()


def _row(session: Session, name_or_id: str) -> AppRow | None:
    if name_or_id.isascii() and name_or_id.isdigit():
        return session.get(AppRow, int(name_or_id)) if len(name_or_id) < 10 else None
    if not rules.LABEL.fullmatch(name_or_id):
        return None  # nor could every such text be sent to a database
    return session.scalar(select(AppRow).where(AppRow.name == name_or_id))


def _kept(session: Session, app_id: int) -> AppRow:
    row = session.get(AppRow, app_id)
    if row is None:
        raise NotFound("This app was deleted.")
    return row


def _flush(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(f"The name {name} is taken. Choose another one.", field="name") from error


def _refuse_taken(session: Session, wanted: Wanted, *, app_id: int | None) -> None:
    """It does not tell whose port it is: that app may be hidden from who asks."""
    if wanted.published_port is None:
        return
    taken = select(AppRow.id).where(AppRow.published_port == wanted.published_port, AppRow.id != (app_id or 0))
    if session.scalar(taken.limit(1)) is not None:
        message = f"Port {wanted.published_port} of the host leads to another app already. Choose another one."
        raise Conflict(message, field="published_port")


def _refuse_unchangeable(before: Wanted, changes: dict[str, Any]) -> None:
    unknown = sorted(set(changes) - CHANGEABLE)
    if unknown:
        raise Invalid(f"{', '.join(unknown)} cannot be changed.")
    if before.kind is Kind.ADOPTED and set(changes) - {"name"}:
        raise Invalid("An adopted app keeps its container as it is: only its name can be changed here.")


def _require_host(actor: Actor, wanted: Wanted, *, before: Wanted | None) -> None:
    """What reaches beyond the container needs the right to, unless somebody who had it has given it already."""
    granted = {mount for mount in before.mounts if mount.kind == "host"} if before else set()
    asked = {mount for mount in wanted.mounts if mount.kind == "host"}
    is_privileged_now = wanted.privileged and not (before and before.privileged)
    if asked - granted or is_privileged_now:
        require(actor, Action.USE_HOST)


def _columns(wanted: Wanted) -> dict[str, Any]:
    columns = {each.name: getattr(wanted, each.name) for each in fields(wanted)}
    columns["kind"] = wanted.kind.value
    columns["scale"] = json.dumps(dict(wanted.scale))
    columns["mounts"] = json.dumps([asdict(mount) for mount in wanted.mounts])
    return columns


def _app(row: AppRow) -> App:
    values = {each.name: getattr(row, each.name) for each in fields(App)}
    values["kind"] = Kind(row.kind)
    values["scale"] = json.loads(row.scale)
    values["mounts"] = tuple(Mount(**mount) for mount in json.loads(row.mounts))
    return App(**values)
