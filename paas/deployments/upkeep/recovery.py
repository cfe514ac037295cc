"""What a dashboard that died, or an engine that went away, has left half done.

Where the new version serves already, its deployment is complete; every other one that ran is undone and
``interrupted``.
"""

import logging
import shutil
from collections.abc import Sequence

from sqlalchemy import select

from paas import concurrency
from paas.apps import catalogue
from paas.apps.app import App
from paas.concurrency import run_blocking
from paas.deployments import containers, history
from paas.deployments.history import Deployment
from paas.deployments.pipeline import releasing, steps, undoing
from paas.deployments.pipeline.run import PROCESS_ROLE, Means, Run
from paas.deployments.source import git
from paas.deployments.stages import Stage, Status
from paas.deployments.upkeep import cleanup
from paas.engine import labels
from paas.engine.workload import Listed
from paas.engine.workloads import Workloads
from paas.errors import Problem
from paas.storage.tables import AppRow, DeploymentRow

log = logging.getLogger(__name__)

INTERRUPTED = "Interrupted: the dashboard ended in the middle of it. What ran before goes on. Try again."
COMPLETED = "The dashboard ended after the new version had taken over, and has come back"


def recover(means: Means) -> None:
    """For the start of a dashboard. Unavailable while the engine does not answer."""
    with means.database.session() as session:
        wanted = select(DeploymentRow.id).where(DeploymentRow.status.in_([Status.BUILDING, Status.DEPLOYING]))
        under_way = [history.load(session, each) for each in session.scalars(wanted).all()]
    for deployment in under_way:
        _end(means, deployment)
    tidy(means)
    _keep_newest(means)
    run_blocking(git.end_left_over, means.work_folder)
    run_blocking(shutil.rmtree, means.work_folder, ignore_errors=True)


def tidy(means: Means) -> None:
    """Undo again what may not have been undone to its end, and retire what runs beside what serves. Where all is well
    nothing happens; apps under a deployment are left alone."""
    for app_id in _apps(means):
        with means.turns.take(app_id, wait=False) as is_ours:
            if is_ours:
                _tidy(means, app_id)


def _apps(means: Means) -> Sequence[int]:
    with means.database.session() as session:
        return session.scalars(select(AppRow.id)).all()


def _keep_newest(means: Means) -> None:
    """A dashboard that died after its last word on a deployment has not removed what was too long ago."""
    for app_id in _apps(means):
        with means.turns.take(app_id):
            cleanup.keep_newest(means, app_id)


def _tidy(means: Means, app_id: int) -> None:
    with means.database.session() as session:
        app = catalogue.load(session, app_id)
        newest = history.of_app(session, app_id, limit=3)
    last = next((each for each in newest if each.status.is_over and each.started_at is not None), None)
    if last is not None and last.status is not Status.SUCCESS:
        _undo(Run(means, last, app), keep=last.status is Status.FAILED)
    _retire_strays(means, app)


def _end(means: Means, deployment: Deployment) -> None:
    with means.database.session() as session:
        app = catalogue.load(session, deployment.app_id)
    is_complete = app.current_id == deployment.id
    with means.journals.writer(deployment.id, means.masks.of_app(app.id)) as journal:
        run = Run(means, deployment, app, journal=journal)
        _complete(run) if is_complete else _give_up(run)
    cleanup.remove_folder(means, deployment.id)
    if is_complete:
        means.records.enter(deployment.id, Stage.COMPLETED)
    else:
        means.records.end(deployment.id, Status.INTERRUPTED, INTERRUPTED)


def _complete(run: Run) -> None:
    run.say(COMPLETED)
    releasing.remove_left(run)
    containers.promote(run.means.engine.workloads, run.new(), run.of_app())


def _give_up(run: Run) -> None:
    run.warn(INTERRUPTED)
    _undo(run, keep=False)


def _undo(run: Run, *, keep: bool) -> None:
    undoing.undo(run, keep=keep)
    if run.deployment.stage == Stage.BUILDING:
        steps.remove_left(run)


def _retire_strays(means: Means, app: App) -> None:
    found = means.engine.workloads.rows({labels.APP: str(app.id), labels.ROLE: PROCESS_ROLE})
    current = str(app.current_id)
    # One without the label is not of our making.
    strays = [each for each in found if each.is_running and each.labels.get(labels.DEPLOYMENT, current) != current]
    if strays:
        concurrency.start(_retire, means.engine.workloads, strays)  # it may take as long as they are given


def _retire(workloads: Workloads, strays: Sequence[Listed]) -> None:
    try:
        containers.retire(workloads, strays)
    except Problem as problem:
        log.warning("Containers of a version before are still running: %s", problem.message)
