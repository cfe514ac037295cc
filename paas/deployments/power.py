"""Stops, starts and restarts the containers that serve, as they are: nothing is built and nothing replaced.

What was stopped here stays so when the engine starts again: its restart policy is taken away until it is started.
"""

import threading
import time

from paas.accounts.permissions import Action, Actor, require
from paas.apps.app import App
from paas.concurrency.together import together
from paas.deployments.containers import GRACE_SECONDS, LOOK_SECONDS
from paas.deployments.history import Deployment
from paas.engine import labels
from paas.engine.workload import Workload
from paas.engine.workloads import Workloads
from paas.errors import Conflict


def stop(workloads: Workloads, actor: Actor, app: App, latest: Deployment | None) -> None:
    """SIGTERM to all at once, SIGKILL to those that still run after 30 s. ``latest`` is the newest deployment."""
    together(lambda workload: _stop(workloads, workload), _serving(workloads, actor, app, latest))


def start(workloads: Workloads, actor: Actor, app: App, latest: Deployment | None) -> None:
    together(lambda workload: _start(workloads, workload), _serving(workloads, actor, app, latest))


def restart(workloads: Workloads, actor: Actor, app: App, latest: Deployment | None) -> None:
    """Stop and start each; those that did not run are started too."""
    together(lambda workload: _restart(workloads, workload), _serving(workloads, actor, app, latest))


def _serving(workloads: Workloads, actor: Actor, app: App, latest: Deployment | None) -> list[Workload]:
    require(actor, Action.DEPLOY_APP, app)
    if latest is not None and not latest.status.is_over:
        raise Conflict(f"Deployment {latest.number} of {app.name} is under way. Wait for its end, or cancel it.")
    if app.current_id is None:
        raise Conflict(f"{app.name} was not deployed yet, so there is nothing to start or stop. Deploy it first.")
    found = workloads.find({labels.APP: str(app.id), labels.DEPLOYMENT: str(app.current_id)})
    found = [each for each in found if each.labels.get(labels.ROLE) == "process"]
    if not found:
        raise Conflict(f"The containers of {app.name} are gone from the engine. Deploy it again.")
    return found


def _restart(workloads: Workloads, workload: Workload) -> None:
    _stop(workloads, workload)
    _start(workloads, workload)


def _stop(workloads: Workloads, workload: Workload) -> None:
    workloads.set_restart_policy(workload.id, "no")
    if workload.state == "restarting":  # nothing runs that a signal could reach
        workloads.kill(workload.id)
    workloads.signal(workload.id, workload.stop_signal)
    deadline = time.monotonic() + GRACE_SECONDS
    while workloads.inspect(workload.id).is_running:
        if time.monotonic() >= deadline:
            workloads.kill(workload.id)
        threading.Event().wait(LOOK_SECONDS)


def _start(workloads: Workloads, workload: Workload) -> None:
    workloads.set_restart_policy(workload.id, workload.labels.get(labels.RESTART, "no"))
    workloads.start(workload.id)
