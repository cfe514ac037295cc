"""Stops, starts and restarts the containers that serve, as they are: nothing is built and nothing replaced.

What was stopped here stays so when the engine starts again: its restart policy is taken away until it is started.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from paas.accounts.permissions import Action, Actor, require
from paas.apps import catalogue
from paas.apps.app import App
from paas.concurrency.together import together
from paas.deployments import history
from paas.deployments.containers import GRACE_SECONDS, LOOK_SECONDS
from paas.deployments.pipeline.run import PROCESS_ROLE
from paas.engine import labels
from paas.engine.engine import Engine
from paas.engine.workload import Workload
from paas.engine.workloads import Workloads
from paas.errors import Conflict
from paas.storage.database import Database


def stop(database: Database, engine: Engine, actor: Actor, app: App) -> None:
    """SIGTERM to all at once, SIGKILL to those that still run after 30 s."""
    with _serving(database, engine, actor, app) as serving:
        together(lambda workload: _stop(engine.workloads, workload), serving)


def start(database: Database, engine: Engine, actor: Actor, app: App) -> None:
    with _serving(database, engine, actor, app) as serving:
        together(lambda workload: _start(engine.workloads, workload), serving)


def restart(database: Database, engine: Engine, actor: Actor, app: App) -> None:
    """Stop and start each; those that did not run are started too."""
    with _serving(database, engine, actor, app) as serving:
        together(lambda workload: _restart(engine.workloads, workload), serving)


@contextmanager
def _serving(database: Database, engine: Engine, actor: Actor, app: App) -> Iterator[list[Workload]]:
    """What serves, in the app's turn: a deployment that is requested meanwhile waits until the block has ended."""
    require(actor, Action.DEPLOY_APP, app)
    _refuse_under_way(database, app)  # at once, without waiting for its turn
    with engine.turns.take_soon(app.id):
        _refuse_under_way(database, app)
        with database.session() as session:
            now = catalogue.load(session, app.id)
        if now.current_id is None:
            raise Conflict(f"{now.name} was not deployed yet, so there is nothing to start or stop. Deploy it first.")
        wanted = {labels.APP: str(now.id), labels.DEPLOYMENT: str(now.current_id), labels.ROLE: PROCESS_ROLE}
        found = engine.workloads.find(wanted)
        if not found:
            raise Conflict(f"The containers of {now.name} are gone from the engine. Deploy it again.")
        yield found


def _refuse_under_way(database: Database, app: App) -> None:
    with database.session() as session:
        latest = history.latest(session, [app.id]).get(app.id)
    if latest is not None and not latest.status.is_over:
        raise Conflict(f"Deployment {latest.number} of {app.name} is under way. Wait for its end, or cancel it.")


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
