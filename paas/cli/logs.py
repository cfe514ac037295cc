"""``logs``: the log of an app."""

import sys

import click

from paas.cli.opening import explained

TAIL = 100


@click.command("logs")
@click.argument("reference", metavar="APP")
@click.option("--follow", is_flag=True, help="Go on as lines are written, across deployments and restarts.")
@click.option("--tail", default=TAIL, show_default=True, type=click.IntRange(0, 1_000), help="So many lines at first.")
@click.option("--process", default="", help="web, or web.1.")
@click.option("--contains", default="", help="Only lines with this, in any case of letters.")
@click.option("--regex", default="", help="Only lines that match, in RE2's syntax.")
@click.option("--stream", default="", type=click.Choice(["", "stdout", "stderr"]), help="stdout or stderr.")
@click.option("--timestamps", is_flag=True, help="Each line with its time, in UTC.")
@explained
def logs(reference: str, *, follow: bool, tail: int, timestamps: bool, **only: str) -> None:
    """Print the log of APP (its name or id): the lines of all its processes, old and new, in the order of their time.

    Lines go to the standard output, what happened between them to standard error.
    """
    from paas.cli import printing  # noqa: PLC0415 - it brings the engine's SDK, which other commands do without
    from paas.logs.filters import LineFilter  # noqa: PLC0415

    wanted = LineFilter(**only)
    hub, app = printing.open_log(reference)
    if follow:
        sys.exit(printing.follow(hub, app, tail=tail, only=wanted, with_time=timestamps))
    printing.show(hub, app, tail=tail, only=wanted, with_time=timestamps)
