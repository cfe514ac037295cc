"""What of past deployments is kept, and for how long. Only what this dashboard made for the app is ever removed."""

import shutil
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import select

from paas.apps import catalogue
from paas.apps.app import App
from paas.concurrency import run_blocking
from paas.deployments.pipeline.building import UNFINISHED
from paas.deployments.pipeline.run import Means, image_labels
from paas.engine import labels
from paas.engine.engine import Engine
from paas.errors import Conflict
from paas.storage.tables import DeploymentRow

KEPT_CONTAINERS = 5
"""Of so many deployments the containers stay, stopped, for their logs; the one that serves is among them."""

KEPT_IMAGES = 10
"""Of so many the image and all that is needed to roll back."""


class Past(NamedTuple):
    """A deployment that has made something."""

    id: int
    number: int
    image_id: str
    is_kept: bool


def keep_newest(means: Means, app_id: int) -> None:
    """Remove the containers and images of deployments that are too long ago."""
    with means.database.session() as session:
        app = catalogue.load(session, app_id)
        wanted = select(DeploymentRow).where(DeploymentRow.app_id == app_id).order_by(DeploymentRow.id.desc())
        past = [Past(row.id, row.number, row.image_id, bool(row.sealed_release)) for row in session.scalars(wanted)]
    _remove_containers(means, app)
    _remove_images(means, app, past)


def remove_folder(means: Means, deployment_id: int) -> None:
    """What it fetched and packed."""
    run_blocking(shutil.rmtree, means.work_folder / str(deployment_id), ignore_errors=True)


def remove_unnamed(engine: Engine, app_id: int, *, keep: Collection[str] = ()) -> None:
    """Remove the images of the app that nobody could ask for: of a build that was ended before its image had a name.
    Call it while no build of the app is under way, or what that makes would go."""
    for image_id in engine.images.unnamed(image_labels(engine.workloads.instance, app_id)):
        if image_id not in keep:
            with suppress(Conflict):  # a container needs it
                engine.images.remove(image_id)


def _remove_containers(means: Means, app: App) -> None:
    workloads = means.engine.workloads
    found = workloads.rows({labels.APP: str(app.id)})
    kept = _newest({int(each.labels[labels.DEPLOYMENT]) for each in found}, app.current_id, KEPT_CONTAINERS)
    for workload in found:
        if int(workload.labels[labels.DEPLOYMENT]) not in kept and not workload.is_running:
            workloads.remove(workload.id)


def _remove_images(means: Means, app: App, past: Sequence[Past]) -> None:
    kept = _newest({each.id for each in past if each.image_id}, app.current_id, KEPT_IMAGES)
    kept_tags = {UNFINISHED, *(str(each.number) for each in past if each.id in kept)}
    for tag in means.engine.images.tags(means.repository(app)):
        if tag.rpartition(":")[2] not in kept_tags:
            with suppress(Conflict):  # a container that is kept needs it; another time
                means.engine.images.remove(tag)
    remove_unnamed(means.engine, app.id, keep={each.image_id for each in past if each.id in kept})
    for each in past:
        if each.is_kept and each.id not in kept:
            means.records.note(each.id, sealed_release="")


def _newest(ids: Iterable[int], current: int | None, count: int) -> set[int]:
    """The newest ones, with the current one in any case."""
    others = sorted((each for each in ids if each != current), reverse=True)
    return {*others[: count - (current is not None)], *([current] if current is not None else [])}
