"""What commands open: settings, database, vault; and who they act as."""

import os
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click
from sqlalchemy.orm import Session

from paas.accounts import users
from paas.accounts.permissions import Actor, Role
from paas.apps.vault import Vault
from paas.errors import Problem
from paas.settings import Settings
from paas.storage.database import Database

P = ParamSpec("P")


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a Problem into its sentence and exit status 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Problem as problem:
            raise click.ClickException(problem.message) from problem

    return run


def settings() -> Settings:
    return Settings.from_environment(os.environ)


def database() -> Database:
    """The dashboard's, brought up to date."""
    opened = Database(settings().database_url)
    opened.migrate()
    return opened


def vault() -> Vault:
    return Vault(settings().data_dir)


def operator(session: Session) -> Actor:
    """Whoever runs a command can read the data folder, and so may do what the owner may. What they make is the owner's
    where there is one."""
    owner = next((user for user in users.everyone(session) if user.role is Role.OWNER), None)
    return Actor(owner.id if owner else 0, "command line", Role.OWNER)
