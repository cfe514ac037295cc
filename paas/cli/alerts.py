"""``alerts``: what fires, the rules behind it, and where notices go."""

import time
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from paas.accounts.permissions import Actor
from paas.alerts import destinations, incidents, notices, rulebook, wording
from paas.alerts.destinations import Post, Wanted
from paas.alerts.notifying import Notifier
from paas.alerts.sending import Sender
from paas.apps import catalogue
from paas.cli.opening import asked, database, explained, operator, settings, vault
from paas.errors import Unavailable


@click.group("alerts")
def alerts_group() -> None:
    """What fires, the rules behind it, and where notices go."""


@alerts_group.command("list")
@click.option("--all", "shows_all", is_flag=True, help="What is over too, the newest 50.")
@explained
def list_alerts(*, shows_all: bool) -> None:
    """Show what fires now: id, since when (UTC), how long, rule, and what it says."""
    with database().session() as session:
        who = operator(session)
        found = incidents.visible(session, who, is_open=None if shows_all else True)
    for each in found:
        end = each.recovered_at if each.recovered_at is not None else time.time()
        state = "firing" if each.is_open else "over"
        lasted = wording.lasted(end - each.began_at)
        click.echo(f"{each.id:>6}  {state:<6}  {_minute(each.began_at)}  {lasted:>10}  {each.rule_name}: {each.text}")


@alerts_group.command("rules")
@explained
def list_rules() -> None:
    """Show the rules: id, how they stand, what they watch, name."""
    with database().session() as session:
        who = operator(session)
        found = rulebook.visible(session, who)
        names = {app.id: app.name for app in catalogue.visible(session, who)}
    for each in found:
        is_silent = each.silent_until is not None and each.silent_until > time.time()
        state = "off" if not each.is_on else "silent" if is_silent else "on"
        place = names.get(each.app_id or 0, {"machine": "the machine"}.get(each.about, "every app"))
        click.echo(f"{each.id:>4}  {state:<6}  {place:<20}  {each.name}")


@alerts_group.command("silence")
@click.argument("rule_id", metavar="RULE", type=int)
@click.option("--hours", type=click.FloatRange(min=0), default=8, show_default=True, help="0 ends the silence.")
@explained
def silence(rule_id: int, hours: float) -> None:
    """Tell nobody of what the rule RULE (its id) finds, for some hours."""
    with database().session() as session:
        who = operator(session)
        found = rulebook.find(session, who, rule_id)
        changed = rulebook.silence(session, who, found, time.time() + hours * 3600 if hours else None)
    until = f"silent until {wording.moment(changed.silent_until)}" if changed.silent_until else "told again"
    click.echo(f"{changed.name} is {until}.")


@alerts_group.command("destinations")
@explained
def list_destinations() -> None:
    """Show where notices go: id, service, how many wait, name, and why the last try failed."""
    with database().session() as session:
        found = destinations.visible(session, operator(session))
        waiting = notices.waiting(session, [each.id for each in found])
    for each in found:
        state = "" if each.is_on else "  (off)"
        click.echo(f"{each.id:>4}  {each.service:<16}  {waiting.get(each.id, 0):>4}  {each.name}{state}")
        if each.last_error:
            click.echo(f"      {each.last_error}")


@alerts_group.command("add")
@click.argument("name")
@click.option("--app", "reference", help="Alerts of this app alone.")
@explained
def add(name: str, reference: str | None) -> None:
    """Have notices sent to a destination called NAME. Its address is asked for, or read from standard input, so that it
    stands in no list of processes."""
    url = asked("Address (as Apprise writes it)", hide=True)
    post = _post()
    with post.database.session() as session:
        who = _owner(session)
        app_id = catalogue.find(session, who, reference).id if reference else None
    made = destinations.create(post, who, Wanted(name, url.strip(), app_id))
    click.echo(f"Destination {made.id}, {made.name} ({made.service}), gets notices from now on.")


@alerts_group.command("test")
@click.argument("destination_id", metavar="ID", type=int)
@explained
def test(destination_id: int) -> None:
    """Send a notice that says it is a test to the destination ID, and say what became of it."""
    post = _post()
    with post.database.session() as session:
        who = operator(session)
    outcome = Notifier(post, public_url=settings().public_url).test(who, destination_id)
    if not outcome.is_sent:
        raise Unavailable(f"It could not be sent. {outcome.reason}")
    click.echo("The service took it. Look whether it has arrived.")


@alerts_group.command("remove")
@click.argument("destination_id", metavar="ID", type=int)
@explained
def remove(destination_id: int) -> None:
    """Send nothing to the destination ID any more; what waits for it goes too."""
    with database().session() as session:
        found = destinations.remove(session, operator(session), destination_id)
    click.echo(f"Destination {found.id}, {found.name}, is removed.")


def _post() -> Post:
    return Post(database(), vault(), Sender(settings().git_environment))


def _owner(session: Session) -> Actor:
    """Notices go out in somebody's name, and with their right to see."""
    who = operator(session)
    if not who.user_id:
        raise Unavailable("There is no owner yet whose destination it could be. Set up the owner's account first.")
    return who


def _minute(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")
