"""Which app each container belongs to, without asking the database each time."""

import logging
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import NamedTuple

from sqlalchemy import select

from paas.apps.adoption import subject
from paas.apps.members import process_of, service_of
from paas.engine import labels
from paas.engine.containers import Container
from paas.errors import Problem
from paas.storage.database import Database
from paas.storage.tables import AppRow

log = logging.getLogger(__name__)

KEPT_SECONDS = 3.0
"""For how long it is taken for granted which apps there are."""


class Owner(NamedTuple):
    app_id: int
    process: str


class Owners:
    """What a database says of the apps of one dashboard. One that does not answer is asked again later."""

    def __init__(self, database: Database, instance: str) -> None:
        self._database, self._instance = database, instance
        self._adopted: Mapping[str, int] = {}
        self._apps: frozenset[int] = frozenset()
        self._asked_at = -KEPT_SECONDS

    def of(self, containers: Iterable[Container]) -> dict[str, Owner]:
        """By the container's id; those of no app are left out."""
        if monotonic() - self._asked_at >= KEPT_SECONDS:
            self._ask()
        return {each.id: owner for each in containers if (owner := self._of(each)) is not None}

    def _of(self, container: Container) -> Owner | None:
        if labels.APP not in container.labels:
            app_id = self._adopted.get(subject(container))
            return None if app_id is None else Owner(app_id, service_of(container))
        if container.labels.get(labels.INSTANCE) != self._instance:
            return None
        app_id = int(container.labels[labels.APP])
        return Owner(app_id, process_of(container)) if app_id in self._apps else None

    def _ask(self) -> None:
        self._asked_at = monotonic()
        try:
            with self._database.session() as session:
                rows = session.execute(select(AppRow.id, AppRow.adopted)).all()
        except Problem as problem:
            log.warning("It is not known which apps there are: %s", problem.message)
            return
        self._apps = frozenset(app_id for app_id, _ in rows)
        self._adopted = {adopted: app_id for app_id, adopted in rows if adopted}
