"""The command line: one more door, over the same domain functions. It loads no web server, and works beside one.

Exit status: 0 done, 1 a Problem (its message on standard error), 2 used wrongly.
"""

import os
import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from paas.accounts import users
from paas.accounts.permissions import Role
from paas.errors import Problem
from paas.settings import Settings
from paas.storage.database import Database

P = ParamSpec("P")


def _explained(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a Problem into its sentence and exit status 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except Problem as problem:
            raise click.ClickException(problem.message) from problem

    return run


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Settings come from the environment, as for the dashboard itself: PAAS_DATA_DIR, DATABASE_URL.",
)
def main() -> None:
    """Quayside, from the command line.

    \b
    users add NAME --role owner|admin|member   add a user
    users list                                 show all users
    """


@main.group("users")
def users_group() -> None:
    """Add and list the people who may sign in."""


@users_group.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What they may do.")
@_explained
def add_user(name: str, role: str) -> None:
    """Add the user NAME. The password is asked for, or read from the first line of standard input."""
    users.check_username(name)
    user = users.add(_database(), name, _password(), role=Role(role))
    click.echo(f"Added {user.username} ({user.role}).")


@users_group.command("list")
@_explained
def list_users() -> None:
    """Show every user: name, role, and since when (UTC)."""
    with _database().session() as session:
        everyone = users.everyone(session)
    if not everyone:
        click.echo("No users yet. Add one with: python -m paas users add NAME --role owner", err=True)
    width = max((len(user.username) for user in everyone), default=0)
    for user in everyone:
        since = time.strftime("%Y-%m-%d %H:%M", time.gmtime(user.created_at))
        click.echo(f"{user.username:<{width}}  {user.role:<6}  {since}")


def _database() -> Database:
    database = Database(Settings.from_environment(os.environ).database_url)
    database.migrate()
    return database


def _password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
        return password
    line = sys.stdin.readline()
    if not line:
        raise click.UsageError("No password. Type it at a terminal, or send it on the first line of standard input.")
    return line.rstrip("\r\n")
