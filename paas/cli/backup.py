"""``backup`` and ``restore``: all that must survive, in one file."""

from pathlib import Path

import click

from paas.cli.opening import explained, settings
from paas.storage import backup as archives

PG_DUMP = "The database is on a server and {}: save and restore it with pg_dump and pg_restore, at the same time."


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@explained
def backup(file: Path) -> None:
    """Write database, keys and build logs into FILE, also while the dashboard runs.

    The file opens every secret of the apps: keep it as you keep those.
    """
    if not archives.save(settings(), file.absolute()):
        click.echo(PG_DUMP.format("not in this file"), err=True)
    click.echo(f"Saved in {file}.")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Replace what is in the data folder.")
@explained
def restore(file: Path, force: bool) -> None:
    """Make the data folder what it was when FILE was saved. The dashboard must not run."""
    if not archives.load(settings(), file.absolute(), force=force):
        click.echo(PG_DUMP.format("was not in this file"), err=True)
    click.echo(f"Restored into {settings().data_dir}. Start the dashboard.")
