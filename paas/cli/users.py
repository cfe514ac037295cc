"""``users``: the people who may sign in."""

import sys
import time

import click

from paas.accounts import grants, membership, password_change, two_factor, users
from paas.accounts.permissions import Grant, Role
from paas.apps import catalogue
from paas.cli.opening import asked, database, explained, operator


@click.group("users")
def users_group() -> None:
    """The people who may sign in, and the apps that members were given."""


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


@users_group.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice([Role.ADMIN.value, Role.MEMBER.value]))
@explained
def change_role(name: str, role: str) -> None:
    """Make NAME an admin or a member. It counts at once."""
    with database().session() as session:
        user = membership.change_role(session, operator(session), name, role)
    click.echo(f"{user.username} is {user.role} now.")


@users_group.command("remove")
@click.argument("name")
@explained
def remove_user(name: str) -> None:
    """Remove NAME with their sessions and grants; their apps stay. The name is asked for once more."""
    opened = database()
    with opened.session() as session:
        user = membership.find(session, operator(session), name)
    typed = asked(f"This removes {user.username} for good. Type the name")
    with opened.session() as session:
        membership.remove(session, operator(session), name, name=typed)
    click.echo(f"Removed {user.username}.")


@users_group.command("password")
@click.argument("name")
@explained
def reset_password(name: str) -> None:
    """Give NAME another password, asked for or read from standard input. It ends every session of theirs."""
    user = password_change.reset(database(), name, _password())
    click.echo(f"{user.username} has another password and is signed out everywhere.")


@users_group.command("two-factor-off")
@click.argument("name")
@explained
def turn_two_factor_off(name: str) -> None:
    """Let NAME sign in by the password alone: for who has lost the phone and the recovery codes."""
    with database().session() as session:
        user = membership.find(session, operator(session), name)
        two_factor.turn_off(session, user.id)
    click.echo(f"{user.username} signs in by the password alone.")


@users_group.command("grant")
@click.argument("name")
@click.argument("reference", metavar="APP")
@click.argument("level", type=click.Choice([grant.value for grant in Grant]))
@explained
def give_grant(name: str, reference: str, level: str) -> None:
    """Let the member NAME view, deploy or manage APP (its name or id)."""
    with database().session() as session:
        who = operator(session)
        app = catalogue.find(session, who, reference)
        given = grants.give(session, who, app, name, level)
    click.echo(f"{given.username} may {given.level} {app.name}.")


@users_group.command("withdraw")
@click.argument("name")
@click.argument("reference", metavar="APP")
@explained
def withdraw_grant(name: str, reference: str) -> None:
    """Take APP away from the member NAME. What they watch of it ends within a second."""
    with database().session() as session:
        who = operator(session)
        app = catalogue.find(session, who, reference)
        grants.withdraw(session, who, app, name)
    click.echo(f"{name} may not use {app.name} any more.")


@users_group.command("grants")
@click.argument("reference", metavar="APP")
@explained
def list_grants(reference: str) -> None:
    """Show who was given APP, and how much of it."""
    with database().session() as session:
        who = operator(session)
        given = grants.of_app(session, who, catalogue.find(session, who, reference))
    for each in given:
        click.echo(f"{each.username}  {each.level}")


def _password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt="The same again")
        return password
    line = sys.stdin.readline()
    if not line:
        raise click.UsageError("No password. Type it at a terminal, or send it on the first line of standard input.")
    return line.rstrip("\r\n")
