"""The environment of an app: its variables, sealed in the database. Each change is a reason to deploy."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, require
from paas.apps import catalogue, dotenv, variables
from paas.apps.app import App
from paas.apps.variables import PLACEHOLDER, Phase, Variable
from paas.apps.vault import Vault
from paas.errors import NotFound
from paas.storage.tables import VariableRow

__all__ = [
    "PLACEHOLDER",
    "Phase",
    "Variable",
    "add_missing",
    "as_dotenv",
    "read",
    "remove",
    "replace",
    "replace_dotenv",
    "set_one",
    "version",
]


def read(session: Session, vault: Vault, app_id: int) -> tuple[Variable, ...]:
    """All variables by key, values open; for whom permission is no question. Doors show ``Variable.shown``."""
    return tuple(_variable(vault, row) for row in _rows(session, app_id))


def version(session: Session, app_id: int) -> str:
    """Another one after every change, of a secret too; it tells nothing of the values."""
    rows = [(row.key, row.sealed_value, row.is_secret, row.phase) for row in _rows(session, app_id)]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:24]


def replace(
    session: Session, vault: Vault, actor: Actor, app: App, variables_now: Iterable[Variable]
) -> tuple[Variable, ...]:
    """Make the environment these variables and no others; one whose value is ``PLACEHOLDER`` keeps the one it has."""
    require(actor, Action.MANAGE_APP, app)
    before = {variable.key: variable for variable in read(session, vault, app.id)}
    wanted = [variables.kept(variable, before.get(variable.key)) for variable in variables_now]
    variables.check(wanted)
    after = {variable.key: variable for variable in wanted}
    if after == before:
        return tuple(before.values())
    _store(session, vault, app.id, before=before, after=after)
    catalogue.touch(session, app.id)
    return tuple(after[key] for key in sorted(after))


def set_one(session: Session, vault: Vault, actor: Actor, app: App, variable: Variable) -> tuple[Variable, ...]:
    """Set one variable and leave the others; all of them afterwards."""
    others = [each for each in read(session, vault, app.id) if each.key != variable.key]
    return replace(session, vault, actor, app, [*others, variable])


def remove(session: Session, vault: Vault, actor: Actor, app: App, key: str) -> tuple[Variable, ...]:
    """Remove one variable, NotFound when there is none; the others afterwards."""
    require(actor, Action.MANAGE_APP, app)
    before = read(session, vault, app.id)
    if all(variable.key != key for variable in before):
        raise NotFound(f"There is no variable {key[:80]} in the environment of {app.name}.")
    return replace(session, vault, actor, app, [variable for variable in before if variable.key != key])


def add_missing(session: Session, vault: Vault, app_id: int, wanted: Iterable[Variable]) -> tuple[Variable, ...]:
    """Add those of a key that the app has not, for a deployment that its code asks for them; all of them afterwards."""
    before = {variable.key: variable for variable in read(session, vault, app_id)}
    after = {variable.key: variable for variable in wanted} | before
    variables.check(after.values())
    _store(session, vault, app_id, before=before, after=after)
    return tuple(after[key] for key in sorted(after))


def replace_dotenv(session: Session, vault: Vault, actor: Actor, app: App, text: str) -> tuple[Variable, ...]:
    """``replace`` with the text of a ``.env`` file; Invalid names the line."""
    require(actor, Action.MANAGE_APP, app)
    return replace(session, vault, actor, app, dotenv.parse(text, read(session, vault, app.id)))


def as_dotenv(shown: Iterable[Variable]) -> str:
    """The text of a ``.env`` file, with placeholders for secrets."""
    return dotenv.write(shown)


def _store(
    session: Session, vault: Vault, app_id: int, *, before: dict[str, Variable], after: dict[str, Variable]
) -> None:
    """Only what changed is written: a value that stays keeps its seal."""
    for row in _rows(session, app_id):
        variable = after.get(row.key)
        if variable is None:
            session.delete(row)
        elif variable != before[row.key]:
            row.sealed_value, row.is_secret, row.phase = vault.seal(variable.value), variable.is_secret, variable.phase
    for key in sorted(after.keys() - before.keys()):
        one = after[key]
        session.add(
            VariableRow(
                app_id=app_id,
                key=key,
                sealed_value=vault.seal(one.value),
                is_secret=one.is_secret,
                phase=one.phase.value,
            )
        )
    session.flush()


def _rows(session: Session, app_id: int) -> list[VariableRow]:
    return list(session.scalars(select(VariableRow).where(VariableRow.app_id == app_id).order_by(VariableRow.key)))


def _variable(vault: Vault, row: VariableRow) -> Variable:
    return Variable(row.key, vault.open(row.sealed_value), row.is_secret, Phase(row.phase))
