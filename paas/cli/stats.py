"""``stats``: what the machine and apps use now."""

import click

from paas.cli.opening import explained


@click.command("stats")
@click.argument("reference", metavar="[APP]", required=False)
@explained
def stats(reference: str | None) -> None:
    """Show what the machine and each app use, or APP (its name or id) and each of its containers.

    CPU is in percent of one core, as docker stats has it. It takes some three seconds, as two readings are compared.
    """
    from paas.cli import figures  # noqa: PLC0415 - it brings the engine's SDK, which other commands do without

    for line in figures.of_app(reference) if reference else figures.of_machine():
        click.echo(line)
