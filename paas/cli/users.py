"""``users``: the people who may sign in."""

import sys
import time

import click

from paas.accounts import users
from paas.accounts.permissions import Role
from paas.cli.opening import database, explained


@click.group("users")
def users_group() -> None:
    """Add and list the people who may sign in."""


@users_group.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What they may do.")
@explained
def add_user(name: str, role: str) -> None:
    """Add the user NAME. The password is asked for, or read from the first line of standard input."""
    users.check_username(name)
    user = users.add(database(), name, _password(), role=Role(role))
    click.echo(f"Added {user.username} ({user.role}).")


@users_group.command("list")
@explained
def list_users() -> None:
    """Show every user: name, role, and since when (UTC)."""
    with database().session() as session:
        everyone = users.everyone(session)
    if not everyone:
        click.echo("No users yet. Add one with: python -m paas users add NAME --role owner", err=True)
    width = max((len(user.username) for user in everyone), default=0)
    for user in everyone:
        since = time.strftime("%Y-%m-%d %H:%M", time.gmtime(user.created_at))
        click.echo(f"{user.username:<{width}}  {user.role:<6}  {since}")


def _password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
        return password
    line = sys.stdin.readline()
    if not line:
        raise click.UsageError("No password. Type it at a terminal, or send it on the first line of standard input.")
    return line.rstrip("\r\n")
