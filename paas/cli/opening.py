"""What commands open: settings, database, vault; and who they act as."""

import os
import pwd
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec

import click
from sqlalchemy.orm import Session

from paas.accounts import audit, users
from paas.accounts.audit import Result
from paas.accounts.permissions import Actor, Role
from paas.apps.vault import Vault
from paas.cli import audited
from paas.errors import Problem
from paas.settings import Settings
from paas.storage.database import Database

P = ParamSpec("P")


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a Problem into its sentence and exit status 1; what changes something stands in the audit log."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Problem as problem:
            _record(Result.FAILED, problem.message)
            raise click.ClickException(problem.message) from problem
        except SystemExit:  # ``deploy`` has asked for its deployment, and says how that ended
            _record(Result.DONE)
            raise
        _record(Result.DONE)

    return run


def _record(result: Result, detail: str = "") -> None:
    """Only what the database can be opened for: where it cannot, nothing was changed either."""
    context = click.get_current_context()
    event = audited.event(_words(context), context.params, _system_user(), result, detail)
    if event is None:
        return
    with suppress(Problem), database().session() as session:
        audit.record(session, event)


def _words(context: click.Context) -> list[str]:
    """The command as it is typed after ``python -m paas``."""
    if context.parent is None:
        return []
    return [*_words(context.parent), context.info_name or ""]


def _system_user() -> str:
    """Who runs the command, as the system knows them."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def settings() -> Settings:
    return Settings.from_environment(os.environ)


def database() -> Database:
    """The dashboard's, brought up to date."""
    opened = Database(settings().database_url)
    opened.migrate()
    return opened


def vault() -> Vault:
    return Vault(settings().data_dir)


def asked(question: str, *, hide: bool = False) -> str:
    """At a terminal, else the first line of standard input."""
    if sys.stdin.isatty():
        answer: str = click.prompt(question, hide_input=hide)
        return answer
    return sys.stdin.readline().rstrip("\r\n")


def operator(session: Session) -> Actor:
    """Whoever runs a command can read the data folder, and so may do what the owner may. What they make is the owner's
    where there is one."""
    owner = next((user for user in users.everyone(session) if user.role is Role.OWNER), None)
    return Actor(owner.id if owner else 0, "command line", Role.OWNER)
