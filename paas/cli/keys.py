"""``keys``: what signs cookies and access tokens."""

import click

from paas.accounts import secret_key
from paas.cli.opening import explained, settings


@click.group("keys")
def keys_group() -> None:
    """What signs cookies and access tokens."""


@keys_group.command("rotate")
@explained
def rotate() -> None:
    """Make a new key. It signs from the next start of the dashboard on; nobody is signed out.

    What the key before has signed counts until the next rotation: after a leak, rotate twice.
    """
    secret_key.rotate(settings().data_dir)
    click.echo("There is a new secret key. Restart the dashboard to have it used.")
