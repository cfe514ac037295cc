"""Who takes up a deployment that waits, and who waits for its end. Nothing here asks for permission."""

import threading
import time
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from paas.deployments import history
from paas.deployments.history import Deployment
from paas.deployments.news import News
from paas.deployments.stages import FINAL, Status
from paas.errors import NotFound
from paas.storage.database import Database
from paas.storage.tables import AppRow, DeploymentRow

LEFT = "The dashboard ended in the middle of it, and what it left could not be cleaned up. Try again."

RUNNING = (Status.BUILDING.value, Status.DEPLOYING.value)


class Standing(NamedTuple):
    """Where a deployment stands, as far as anybody wants to hear of a change."""

    id: int
    app_id: int
    status: str
    stage: str
    progress: int
    message: str
    commit_sha: str
    cancel_requested: bool
    started_at: float | None

    @property
    def is_waiting(self) -> bool:
        return self.status == Status.PENDING.value and self.started_at is None

    @property
    def is_over(self) -> bool:
        return Status(self.status).is_over


def not_over(session: Session) -> list[Standing]:
    """What waits or runs, in the order of the line."""
    return _standing(session, DeploymentRow.status.not_in([status.value for status in FINAL]))


def requested_after(session: Session, deployment_id: int) -> list[Standing]:
    """Every deployment that is newer, even if it is over already."""
    return _standing(session, DeploymentRow.id > deployment_id)


def newest(session: Session) -> int:
    """The highest id there is, 0 where there is none."""
    return session.scalar(select(func.max(DeploymentRow.id))) or 0


def is_waiting() -> ColumnElement[bool]:
    return and_(DeploymentRow.status == Status.PENDING.value, DeploymentRow.started_at.is_(None))


def claim(session: Session, deployment_id: int, app_id: int) -> bool:
    """Take it up, unless it no longer waits or another deployment of its app runs; whether it is ours now.

    Several processes may try; the row changes for one of them.
    """
    lock_app(session, app_id)
    other = aliased(DeploymentRow)
    is_busy = exists().where(
        other.app_id == app_id,
        or_(other.status.in_(RUNNING), and_(other.status == Status.PENDING.value, other.started_at.is_not(None))),
    )
    taken = (
        update(DeploymentRow)
        .where(DeploymentRow.id == deployment_id, is_waiting(), ~is_busy)
        .values(started_at=time.time())
        .returning(DeploymentRow.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(taken) is not None


def let_go_all(session: Session) -> None:
    """No process is left that has taken anything up. What was never begun waits again, unless it was to be cancelled;
    what still says that it runs does not."""
    for each in not_over(session):
        if each.status != Status.PENDING.value:
            history.end(session, each.id, Status.INTERRUPTED, LEFT)
        elif each.cancel_requested:
            history.end(session, each.id, Status.CANCELLED)
        elif each.started_at is not None:
            session.get_one(DeploymentRow, each.id).started_at = None


def lock_app(session: Session, app_id: int) -> None:
    """Let nobody else change which of the app's deployments wait and run, until the session ends."""
    if session.scalar(select(AppRow.id).where(AppRow.id == app_id).with_for_update()) is None:
        raise NotFound("This app was deleted.")


def wait_for_end(database: Database, news: News, deployment_id: int, *, look_every_seconds: float = 1.0) -> Deployment:
    """The deployment once it is over. Call it outside a session."""
    changed = threading.Event()
    end_listening = news.listen(lambda told: changed.set() if told == deployment_id else None)
    try:
        while True:
            changed.clear()
            with database.session() as session:
                deployment = history.load(session, deployment_id)
            if deployment.status.is_over:
                return deployment
            changed.wait(look_every_seconds)  # another process may run it, and tells us nothing
    finally:
        end_listening()


def _standing(session: Session, wanted: ColumnElement[bool]) -> list[Standing]:
    columns = [getattr(DeploymentRow, name) for name in Standing._fields]
    return [Standing(*row) for row in session.execute(select(*columns).where(wanted).order_by(DeploymentRow.id))]
