"""``deploy``: ask for a deployment, and see it through. A dashboard on the same data folder does the work; what it
writes is read here, from the record and from the log's file."""

import sys
import time
from collections.abc import Callable

import click

from paas.apps import catalogue
from paas.cli.opening import database, explained, operator, settings
from paas.deployments import history, requests
from paas.deployments.history import Deployment
from paas.deployments.journal.journal import Journals
from paas.deployments.stages import Status
from paas.storage.database import Database
from paas.storage.file_lock import FileLock

LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 3.0
"""After this long somebody wants to hear why nothing happens."""

INTERRUPTED = 130

WORDS = {
    "cloning_repo": "Fetching the code",
    "building_image": "Building the image",
    "releasing": "Running the release command",
    "starting_new": "Starting the new containers",
    "checking": "Checking them",
    "stopping_old": "Stopping the old ones",
}


@click.command("deploy")
@click.argument("reference", metavar="APP")
@click.option("--ref", default="", help="The whole id of a commit, instead of the newest of the branch.")
@click.option("--follow", is_flag=True, help="Print the log as it is written.")
@click.option("--no-wait", is_flag=True, help="Do not wait for its end.")
@explained
def deploy(reference: str, *, ref: str, follow: bool, no_wait: bool) -> None:
    """Deploy APP (its name or id). Exit status: 0 when it succeeded, 1 when it did not.

    What is waited for goes on when this command is interrupted.
    """
    if follow and no_wait:
        raise click.UsageError("--follow waits for the end; leave out --no-wait.")
    opened = database()
    with opened.session() as session:
        who = operator(session)
        app = catalogue.find(session, who, reference)
        deployment = requests.request(session, who, app, trigger="cli", ref=ref)
    _say(f"Deployment {deployment.number} of {app.name} is requested.")
    if not no_wait:
        sys.exit(_see_through(opened, deployment, follow=follow))


def _see_through(opened: Database, deployment: Deployment, *, follow: bool) -> int:
    """Wait for its end, saying what happens; the exit status."""
    is_over = _teller(opened, deployment)
    try:
        if follow:
            for lines in Journals(settings().data_dir / "deployments").follow(deployment.id, is_over):
                click.echo("\n".join(line.text for line in lines))
        while not is_over():
            time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        _say(f"Deployment {deployment.number} goes on. It can be cancelled in the dashboard.")
        return INTERRUPTED
    return _result(_load(opened, deployment))


def _teller(opened: Database, deployment: Deployment) -> Callable[[], bool]:
    """A function that looks at the record, says what is new in it, and returns whether the deployment is over."""
    said: set[str] = set()
    began = time.monotonic()

    def say_once(words: str) -> None:
        if words and words not in said:
            said.add(words)
            _say(words)

    def is_over() -> bool:
        now = _load(opened, deployment)
        for stage in now.stages:  # a short one may be over between two looks
            say_once(WORDS.get(stage.stage, ""))
        if now.waits_at is not None and time.monotonic() - began > PATIENCE_SECONDS:
            say_once(_why_it_waits(now))
        return now.status.is_over

    return is_over


def _why_it_waits(deployment: Deployment) -> str:
    lock = FileLock(settings().data_dir / "deployments" / "lock")
    if lock.acquire():
        lock.release()
        return "No dashboard runs on this data folder. The deployment waits until one does."
    return f"It waits, at place {deployment.waits_at} of the line."


def _result(deployment: Deployment) -> int:
    seconds = (deployment.ended_at or 0) - (deployment.started_at or deployment.requested_at)
    name = f"Deployment {deployment.number} of {deployment.app_name}"
    if deployment.status is Status.SUCCESS:
        _say(f"{name} succeeded after {seconds:.0f} s.")
        return 0
    _say(f"{name} ended as {deployment.status.value} after {seconds:.0f} s. {deployment.error_message}".rstrip())
    return 1


def _load(opened: Database, deployment: Deployment) -> Deployment:
    with opened.session() as session:
        return history.load(session, deployment.id)


def _say(words: str) -> None:
    """Beside the log, which alone goes to the standard output."""
    click.echo(words, err=True)
