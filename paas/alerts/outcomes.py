"""How the last deployment of each app ended."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.alerts.conditions import Outcome
from paas.deployments import history
from paas.deployments.history import Deployment
from paas.deployments.stages import Status
from paas.errors import NotFound, Problem
from paas.storage.database import Database
from paas.storage.tables import AppRow


class Outcomes:
    """``take`` is called by whoever has the news, all else by one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changed: set[int] = set()
        """Ids of deployments whose record has changed."""
        self.by_app: dict[int, Outcome] = {}

    def take(self, deployment_id: int) -> None:
        self._changed.add(deployment_id)

    def load(self, session: Session) -> None:
        """Those of all apps whose newest deployment has ended."""
        for deployment in history.latest(session, session.scalars(select(AppRow.id)).all()).values():
            self._keep(deployment)

    def read(self) -> None:
        """Look up what has changed since."""
        while self._changed:
            deployment_id = self._changed.pop()
            try:
                with self._database.session() as session:
                    self._keep(history.load(session, deployment_id))
            except NotFound:
                continue  # its app was deleted
            except Problem:
                self._changed.add(deployment_id)
                raise

    def _keep(self, deployment: Deployment) -> None:
        if deployment.status.is_over and deployment.ended_at is not None:
            has_failed = {Status.FAILED: True, Status.SUCCESS: False}.get(deployment.status)
            outcome = Outcome(deployment.number, has_failed, deployment.error_message, deployment.ended_at)
            self.by_app[deployment.app_id] = outcome
