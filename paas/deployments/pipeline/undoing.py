"""A deployment that does not come to its end leaves the app as it was: the version before serves, under its names.

It goes by what is there, not by how far the deployment had come, so that it can be done twice, and by a dashboard that
was not there when it began.
"""

import threading
import time

from paas import concurrency
from paas.apps import catalogue
from paas.concurrency.together import together
from paas.deployments import containers
from paas.deployments.containers import called
from paas.deployments.pipeline import steps
from paas.deployments.pipeline.probes import listens
from paas.deployments.pipeline.run import PROCESS_ROLE, Run
from paas.deployments.release import WEB
from paas.engine import labels
from paas.engine.workload import Workload
from paas.engine.workloads import Workloads
from paas.errors import NotFound, Unavailable

PATIENCE_SECONDS = 60.0
"""How long an engine that does not answer is waited for."""

LAST_LINES = 100
FAILED_GRACE_SECONDS = 5.0
LISTEN_SECONDS = 1.0
WATCH_SECONDS = 1.0


def undo(run: Run, *, keep: bool, engine_was_lost: bool = False) -> None:
    """Have the old version serve, and nothing of the new one run; ``keep`` its containers for their logs, or remove
    them. Unavailable when the engine has not answered for a minute.

    ``engine_was_lost``: then the old version's containers may have stopped with the engine.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            _undo(run, keep=keep, engine_was_lost=engine_was_lost)
            return
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            engine_was_lost = True
            threading.Event().wait(0.5)


def tell_last_lines(run: Run) -> None:
    """The end of the log of the container that failed."""
    if run.failed:
        workload = run.means.engine.workloads.inspect(run.failed)
        run.say(f"The last lines of {called(workload)}:")
        for line in run.means.engine.workloads.tail(run.failed, LAST_LINES):
            run.say(f"    {line}")


def _undo(run: Run, *, keep: bool, engine_was_lost: bool) -> None:
    made, old = run.made(), run.old()
    with run.means.database.session() as session:
        catalogue.set_current(session, run.app.id, run.app.current_id)
    ports = {port for each in old for port in each.published}
    if any(ports & set(each.published) for each in made):
        _end_all(run, made, keep=keep)
        made = []
    bring_back(run, old, engine_was_lost=engine_was_lost)
    _end_all(run, made, keep=keep)
    if engine_was_lost and run.release is None:
        steps.remove_left(run)


def bring_back(run: Run, old: list[Workload], *, engine_was_lost: bool) -> None:
    """Start those that have stopped, and give all their names back once they answer: until then the new ones do."""
    workloads, deadline = run.means.engine.workloads, time.monotonic() + LISTEN_SECONDS
    lacking = [each for each in old if _has_to_come_back(run, each, engine_was_lost=engine_was_lost)]
    together(lambda workload: _bring_back_one(run, workload, deadline), lacking)
    resting = [each for each in old if containers.is_resting(each)]
    containers.give_names(workloads, resting, run.of_app() if resting else [])
    for workload in lacking:
        if workload.is_running:
            concurrency.start(start_again_if_it_stops, workloads, workload.id)


def _bring_back_one(run: Run, workload: Workload, deadline: float) -> None:
    workloads = run.means.engine.workloads
    workloads.set_restart_policy(workload.id, workload.labels[labels.RESTART])
    if not workload.is_running:
        run.say(f"Starting {called(workload)} of the version before again")
        workloads.start(workload.id)
        _wait_until_it_listens(run, workload, deadline)


def _wait_until_it_listens(run: Run, workload: Workload, deadline: float) -> None:
    """But not for long: whoever has cancelled waits too."""
    if run.release is None or workload.labels[labels.PROCESS] != WEB:
        return
    address = run.means.engine.workloads.inspect(workload.id).address
    while address and time.monotonic() < deadline and not listens(address, run.release.port):
        threading.Event().wait(0.05)


def _has_to_come_back(run: Run, workload: Workload, *, engine_was_lost: bool) -> bool:
    """What this deployment has begun to retire, and not what somebody had stopped before it began."""
    is_meant_to_run = containers.is_resting(workload) or (engine_was_lost and workload.restart_policy != "no")
    stopped_since = (workload.finished_at or 0) >= (run.deployment.started_at or 0)
    return is_meant_to_run and (workload.is_running or stopped_since)


def _end_all(run: Run, made: list[Workload], *, keep: bool) -> None:
    together(lambda workload: _end(run.means.engine.workloads, workload, keep=keep), made)


def _end(workloads: Workloads, workload: Workload, *, keep: bool) -> None:
    has_a_log = workload.labels.get(labels.ROLE) == PROCESS_ROLE and workload.started_at is not None
    if keep and has_a_log:
        containers.rest(workloads, workload, grace_seconds=FAILED_GRACE_SECONDS)
    else:
        workloads.remove(workload.id)


def start_again_if_it_stops(workloads: Workloads, container_id: str) -> None:
    """It was asked to stop and has not yet; should it do so after all, the engine would take that for what was
    wanted. Begin once it has its name back: one that rests was retired anew. An engine that is away is asked again
    later: the container may have stopped with it."""
    deadline = time.monotonic() + containers.GRACE_SECONDS
    while time.monotonic() < deadline:
        try:
            workload = workloads.inspect(container_id)
            if containers.is_resting(workload):
                return  # it was retired anew
            if not workload.is_running:
                workloads.start(container_id)
                return
        except NotFound:
            return
        except Unavailable:
            deadline = time.monotonic() + containers.GRACE_SECONDS
        threading.Event().wait(WATCH_SECONDS)
