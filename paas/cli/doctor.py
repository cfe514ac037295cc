"""``doctor``: what is wrong with this machine for a dashboard, and how to mend it."""

import sys

import click

from paas.cli.opening import explained, settings

MARKS = {False: "ok", None: "note", True: "WRONG"}


@click.command("doctor")
@explained
def doctor() -> None:
    """Look at what a dashboard needs: data folder, disk, files, database, engine, clock, git, port.

    Exit status: 0 when nothing is wrong, 1 when something is. It changes nothing.
    """
    from paas.cli import checks  # noqa: PLC0415 - it brings the SDK of the engine, which no other command needs

    is_wrong = False
    for finding in checks.examine(settings()):
        is_wrong = is_wrong or bool(finding.is_wrong)
        click.echo(f"{MARKS[finding.is_wrong]:<6}{finding.subject:<10}{finding.words}")
    sys.exit(int(is_wrong))
