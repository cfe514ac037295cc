"""Deletes an app with all that was made for it: containers, images, records, logs; its volumes only if asked to."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Actor
from paas.apps import catalogue
from paas.apps.app import App
from paas.concurrency.together import together
from paas.deployments import containers
from paas.deployments.journal.journal import Journals
from paas.deployments.pipeline.run import PROCESS_ROLE, image_repository
from paas.deployments.upkeep import cleanup
from paas.engine import labels
from paas.engine.engine import Engine
from paas.engine.workload import Listed
from paas.engine.workloads import Workloads
from paas.errors import Conflict
from paas.storage.database import Database
from paas.storage.tables import DeploymentRow

GRACE_SECONDS = 10.0
"""Somebody waits for the answer; ``docker stop`` gives as much."""


def remove(
    database: Database,
    engine: Engine,
    journals: Journals,
    *,
    actor: Actor,
    app: App,
    name: str,
    with_volumes: bool = False,
) -> None:
    """Delete the app; ``name`` is its name once more. Call it outside a session: containers are given time to stop.

    Its rows go last. When the engine fails halfway the app is still there, and can be deleted again. It is done in the
    app's turn: whatever else would change its containers waits, and then finds no app.
    """
    _check(database, actor, app, name)  # at once, without waiting for its turn
    with engine.turns.take_soon(app.id):
        known = _check(database, actor, app, name)
        _remove_from_engine(engine, app, with_volumes=with_volumes)
        with database.session() as session:
            deployments = _deployments(session, app)
            catalogue.delete(session, actor, app, name=name)
        for deployment_id in deployments:
            journals.remove(deployment_id)
        if deployments - known:  # another process, which has turns of its own, may have deployed meanwhile
            _remove_from_engine(engine, app, with_volumes=with_volumes)


def _check(database: Database, actor: Actor, app: App, name: str) -> set[int]:
    """Refuse what may not be; the ids of its deployments."""
    with database.session() as session:
        catalogue.check_deletion(session, actor, app, name=name)
        return _deployments(session, app)


def _deployments(session: Session, app: App) -> set[int]:
    return set(session.scalars(select(DeploymentRow.id).where(DeploymentRow.app_id == app.id)))


def _remove_from_engine(engine: Engine, app: App, *, with_volumes: bool) -> None:
    """Nothing of an adopted app was made here, and nothing of it has our labels."""
    workloads, its = engine.workloads, {labels.APP: str(app.id)}
    together(lambda workload: _remove_container(workloads, workload), workloads.rows(its))
    for tag in engine.images.tags(image_repository(workloads.instance, app.id)):
        with suppress(Conflict):  # a container that somebody else made of it needs it
            engine.images.remove(tag)
    cleanup.remove_unnamed(engine, app.id)
    if with_volumes:
        for volume in workloads.volumes(its):
            workloads.remove_volume(volume)


def _remove_container(workloads: Workloads, workload: Listed) -> None:
    if workload.is_running and workload.labels.get(labels.ROLE) == PROCESS_ROLE:
        containers.rest(workloads, workload, grace_seconds=GRACE_SECONDS)
    workloads.remove(workload.id)
