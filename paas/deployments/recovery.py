"""What a dashboard that died, or an engine that went away, has left half done.

Where the new version serves already, its deployment is complete; every other one that ran is undone and
``interrupted``.
"""

import logging
import shutil
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from paas import concurrency
from paas.apps import catalogue
from paas.apps.app import App
from paas.concurrency import run_blocking
from paas.deployments import cleanup, containers, git, history, undoing
from paas.deployments.history import Deployment
from paas.deployments.run import PROCESS_ROLE, Means, Run
from paas.deployments.stages import Stage, Status
from paas.engine import labels
from paas.engine.workloads import Workload, Workloads
from paas.errors import Problem
from paas.storage.tables import AppRow, DeploymentRow

log = logging.getLogger(__name__)

INTERRUPTED = "Interrupted: the dashboard ended in the middle of it. What ran before goes on. Try again."
COMPLETED = "The dashboard ended after the new version had taken over, and has come back"


def recover(means: Means) -> None:
    """For the start of a dashboard. Unavailable while the engine does not answer."""
    with means.database.session() as session:
        under_way = [history.load(session, each) for each in session.scalars(_running(DeploymentRow.id)).all()]
    for deployment in under_way:
        _end(means, deployment)
    tidy(means)
    run_blocking(git.end_left_over, means.work_folder)
    run_blocking(shutil.rmtree, means.work_folder, ignore_errors=True)


def tidy(means: Means) -> None:
    """Undo again what may not have been undone to its end, and retire what runs beside what serves. Where all is well
    nothing happens; apps under a deployment are left alone."""
    with means.database.session() as session:
        apps = [catalogue.load(session, app_id) for app_id in session.scalars(select(AppRow.id)).all()]
        latest = history.latest(session, [app.id for app in apps])
        busy = set(session.scalars(_running(DeploymentRow.app_id)))
    idle = [app for app in apps if app.id not in busy]
    for app in idle:
        deployment = latest.get(app.id)
        if deployment is not None and deployment.status is not Status.SUCCESS:
            undoing.undo(Run(means, deployment, app), keep=deployment.status is Status.FAILED)
    _retire_strays(means, idle)


def _running(column: InstrumentedAttribute[int]) -> Select[int]:
    return select(column).where(DeploymentRow.status.in_([Status.BUILDING.value, Status.DEPLOYING.value]))


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
    containers.promote(run.means.engine.workloads, run.new(), run.of_app())


def _give_up(run: Run) -> None:
    run.warn(INTERRUPTED)
    undoing.undo(run, keep=False)


def _retire_strays(means: Means, apps: Sequence[App]) -> None:
    current = {str(app.id): str(app.current_id) for app in apps}
    running = [each for each in means.engine.workloads.find({labels.ROLE: PROCESS_ROLE}) if each.is_running]
    known = [each for each in running if each.labels[labels.APP] in current]
    strays = [each for each in known if each.labels[labels.DEPLOYMENT] != current[each.labels[labels.APP]]]
    if strays:
        concurrency.start(_retire, means.engine.workloads, strays)  # it may take as long as they are given


def _retire(workloads: Workloads, strays: Sequence[Workload]) -> None:
    try:
        containers.retire(workloads, strays)
    except Problem as problem:
        log.warning("Containers of a version before are still running: %s", problem.message)
