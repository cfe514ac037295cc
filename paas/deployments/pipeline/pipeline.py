"""The way of a deployment, from a commit or the name of an image to the app that runs.

What runs is not touched before the new image is built and its release command has passed. Whatever goes wrong, and
whenever somebody cancels, the version before serves again.
"""

import errno
import logging
from collections.abc import Callable, Iterator

from paas.apps import catalogue, environment
from paas.apps.app import Kind
from paas.concurrency import limit
from paas.concurrency.tasks import checkpoint, shielded
from paas.deployments.history import Deployment
from paas.deployments.pipeline import build, releasing, reusing, scripts, swap, undoing
from paas.deployments.pipeline.run import Means, Run
from paas.deployments.release import RELEASE
from paas.deployments.stages import Stage, Status
from paas.deployments.upkeep import cleanup
from paas.deployments.waiting_line import BROKEN, Cancelled
from paas.errors import NotFound, Problem, Unavailable

log = logging.getLogger(__name__)

Step = tuple[Stage, Callable[[Run], None]]

OF_GIT: tuple[Step, ...] = (
    (Stage.CLONING, build.fetch_code),
    (Stage.BUILDING, build.build_image),
)
OF_IMAGE: tuple[Step, ...] = ((Stage.BUILDING, build.obtain_image),)
RELEASING: tuple[Step, ...] = ((Stage.RELEASING, releasing.run_release_command),)
GAPLESS: tuple[Step, ...] = (
    (Stage.STARTING, swap.start_new),
    (Stage.CHECKING, swap.check_new),
    (Stage.STOPPING, swap.take_over),
)
OLD_FIRST: tuple[Step, ...] = (
    (Stage.STOPPING, swap.stop_old),
    (Stage.STARTING, swap.start_new),
    (Stage.CHECKING, swap.check_new_and_take_over),
)

WORDS = {
    Stage.CLONING: "Fetching the code",
    Stage.BUILDING: "Building the image",
    Stage.RELEASING: "Running the release command",
    Stage.STARTING: "Starting the new version",
    Stage.CHECKING: "Checking the new version",
    Stage.STOPPING: "Stopping the version before",
    Stage.COMPLETED: "Running",
}

CANCELLED = "Cancelled. What ran before goes on."
DISK_FULL = "The disk of the data folder is full. Make room there, and deploy again."
LEFT = " The engine does not answer, so what this deployment has made is still there. It is removed once it does."


class TooLong(BaseException):
    """A stage has had its time. It is no Problem, as what tries again after one must not go on."""


def run(means: Means, deployment_id: int) -> None:
    """Walk the deployment to its end, whatever that is. Where its app is deleted before its turn comes, that is it."""
    asked = _load(means, deployment_id)
    if asked is None:
        return
    with means.turns.take(asked.app_id):
        deployment = _load(means, deployment_id)
        if deployment is None:
            return
        status, message = _walk(means, deployment)
        with shielded(forget=True):  # whatever comes now comes too late
            if status is Status.SUCCESS:
                means.records.enter(deployment.id, Stage.COMPLETED, WORDS[Stage.COMPLETED])
            else:
                means.records.end(deployment.id, status, message)
            _clear_up(means, deployment.app_id)


def _load(means: Means, deployment_id: int) -> Deployment | None:
    try:
        return means.records.load(deployment_id)
    except NotFound:
        return None


def _walk(means: Means, deployment: Deployment) -> tuple[Status, str]:
    """How it ended, and why, once its log is complete: who reads it takes the end of the record for the log's."""
    with means.database.session() as session:
        app = catalogue.load(session, deployment.app_id)
        variables = environment.read(session, means.vault, app.id)
    mask = means.masks.of_deployment(app.id, variables)
    with means.journals.writer(deployment.id, mask) as journal:
        outcome = _outcome(Run(means, deployment, app, variables, journal))
        with shielded(forget=True):
            cleanup.remove_folder(means, deployment.id)
    return outcome


def _outcome(run: Run) -> tuple[Status, str]:
    """How it ended, and the sentence why; what failed is undone."""
    try:
        for stage, step in _steps(run):
            _take(run, stage, step)
        scripts.run_postdeploy(run)
        run.say(f"Deployment {run.deployment.number} serves")
    except Exception as error:  # noqa: BLE001 - told to the operator, logged where it is ours
        return _give_up(run, error)
    except (Cancelled, TooLong) as error:
        return _give_up(run, error)
    return Status.SUCCESS, ""


def _steps(run: Run) -> Iterator[Step]:
    """Which way it goes is known as it goes: each step is asked for when the one before is done."""
    if run.deployment.reuses is not None or run.deployment.rolled_back_from is not None:
        reusing.take_again(run)
    else:
        yield from OF_GIT if run.app.kind is Kind.GIT else OF_IMAGE
        if RELEASE in run.the_release.processes:
            yield from RELEASING
    yield from OLD_FIRST if swap.old_must_stop_first(run) else GAPLESS


def _take(run: Run, stage: Stage, step: Callable[[Run], None]) -> None:
    checkpoint()
    seconds = run.means.settings.stage_seconds[stage]
    run.means.records.enter(run.deployment.id, stage, WORDS[stage])
    too_long = TooLong(
        f"{WORDS[stage]} took longer than {seconds} s. Make it quicker, or allow more: PAAS_STAGE_SECONDS={stage}=..."
    )
    with limit(seconds, too_long):
        step(run)


def _give_up(run: Run, error: BaseException) -> tuple[Status, str]:
    """Undo it; how it ended, and why."""
    with shielded(forget=True):
        status, message = _verdict(run, error)
        message = run.masked(message)
        keep = status is Status.FAILED
        run.warn(message)
        try:
            if keep:
                undoing.tell_last_lines(run)
            undoing.undo(run, keep=keep, engine_was_lost=isinstance(error, Unavailable))
        except Problem as problem:
            log.warning("Deployment %s is not undone: %s", run.deployment.id, problem.message)
            message += LEFT
    return status, message


def _verdict(run: Run, error: BaseException) -> tuple[Status, str]:
    match error:
        case Cancelled():
            return Status.CANCELLED, CANCELLED
        case TooLong():
            return Status.FAILED, str(error)
        case Problem():
            return Status.FAILED, error.message
        case OSError(errno=errno.ENOSPC):  # of the engine's disk a Problem tells
            return Status.FAILED, DISK_FULL
    log.error("Deployment %s of %s failed", run.deployment.id, run.app.name, exc_info=error)
    return Status.FAILED, BROKEN


def _clear_up(means: Means, app_id: int) -> None:
    """The next deployment does it where this one cannot."""
    try:
        cleanup.keep_newest(means, app_id)
    except Problem as problem:
        log.warning("Old containers and images of app %s were not removed: %s", app_id, problem.message)
