"""``tokens``: API tokens of people, for programs that an operator sets up on the server."""

import time

import click
from sqlalchemy.orm import Session

from paas.accounts import api_tokens, membership
from paas.accounts.permissions import Actor, Scope
from paas.cli.opening import database, explained, operator

DAYS = 90
SCOPES = [scope.value for scope in Scope]


@click.group("tokens")
def tokens_group() -> None:
    """API tokens: what programs show instead of a password."""


@tokens_group.command("create")
@click.argument("name")
@click.argument("title")
@click.option(
    "--scope", type=click.Choice([scope.value for scope in Scope]), default=Scope.READ.value, show_default=True
)
@click.option("--days", type=int, default=DAYS, show_default=True, help="How long it counts.")
@explained
def create(name: str, title: str, scope: str, days: int) -> None:
    """Make a token for the user NAME, called TITLE. Its text is printed this once, alone on standard output."""
    with database().session() as session:
        token, text = api_tokens.create(session, _person(session, name), title, scope, days)
    click.echo(text)
    click.echo(f"Token {token.id} of {name} counts until {_day(token.expires_at)}. It is not shown again.", err=True)


@tokens_group.command("list")
@click.argument("name")
@explained
def list_tokens(name: str) -> None:
    """Show the tokens of the user NAME that still count: id, scope, until when (UTC), last use, title."""
    with database().session() as session:
        found = api_tokens.of_user(session, _person(session, name))
    for each in found:
        used = f"used {_day(each.last_used_at)}" if each.last_used_at else "never used"
        click.echo(f"{each.id:>4}  {each.scope:<6}  until {_day(each.expires_at)}  {used:<15}  {each.name}")


@tokens_group.command("withdraw")
@click.argument("name")
@click.argument("token_id", metavar="ID", type=int)
@explained
def withdraw(name: str, token_id: int) -> None:
    """Make the token ID of the user NAME worth nothing; what it has opened ends within a second."""
    with database().session() as session:
        token = api_tokens.withdraw(session, _person(session, name), token_id)
    click.echo(f"Token {token.id} of {name}, {token.name}, counts no more.")


def _person(session: Session, name: str) -> Actor:
    user = membership.find(session, operator(session), name)
    return Actor(user.id, user.username, user.role)


def _day(moment: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(moment))
