"""What an app's log says of its deployments: that one took over here, and that it failed after it had begun to."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy.orm import Session

from paas.deployments import history
from paas.deployments.history import Deployment
from paas.deployments.stages import Stage, Status
from paas.storage.database import Database

KIND = "deployment"
SWAP = frozenset({Stage.STARTING.value, Stage.STOPPING.value})
"""Where new containers begin to write; with a published port the old ones stop before."""

MOST = 100
"""How many deployments back a mark is drawn: logs are kept of five, and of all in one container that never changed."""

FAILED = {
    Status.FAILED: "failed",
    Status.CANCELLED: "was cancelled",
    Status.INTERRUPTED: "was interrupted",
}


class Mark(NamedTuple):
    """``at`` is in seconds since 1970."""

    kind: str
    message: str
    at: float


def of(deployment: Deployment) -> list[Mark]:
    """None before its containers are begun to be changed."""
    began = [stage.started_at for stage in deployment.stages if stage.stage in SWAP]
    if not began:
        return []
    marks = [Mark(KIND, _sentence(deployment), min(began))]
    if deployment.status in FAILED and deployment.ended_at is not None:
        marks.append(Mark(KIND, f"Deployment {deployment.number} {FAILED[deployment.status]}", deployment.ended_at))
    return marks


def between(database: Database, app_id: int, since: float, until: float) -> Iterator[Mark]:
    """Those of an app's deployments from a time, in seconds since 1970."""
    with database.session() as session:
        found = history.of_app(session, app_id, limit=MOST)
    return (mark for deployment in reversed(found) for mark in of(deployment) if since <= mark.at <= until)


def of_id(session: Session, deployment_id: int) -> tuple[int, list[Mark]]:
    """The app's id and the marks of the deployment of this id."""
    deployment = history.load(session, deployment_id)
    return deployment.app_id, of(deployment)


def _sentence(deployment: Deployment) -> str:
    parts = [f"Deployment {deployment.number}"]
    if deployment.rolled_back_from is not None:
        parts.append(f"back to deployment {deployment.rolled_back_from}")
    if deployment.commit:
        parts.append(f"commit {deployment.commit[:7]}")
    return ", ".join([*parts, f"by {deployment.requested_by}"])
