"""Which app each container belongs to, without asking the database each time."""

import logging
from collections.abc import Iterable, Mapping
from time import monotonic
from typing import NamedTuple

from paas import concurrency
from paas.apps import adoption
from paas.apps.members import process_of, service_of
from paas.concurrency.tasks import Task
from paas.engine import labels
from paas.engine.containers import Container
from paas.errors import Problem
from paas.storage.database import Database

log = logging.getLogger(__name__)

KEPT_SECONDS = 3.0
"""For how long it is taken for granted which apps are adopted."""

PATIENCE_SECONDS = 0.5
"""How long a sample waits for the database; one that hangs answers when it does."""


class Owner(NamedTuple):
    app_id: int
    process: str


class Owners:
    """Of the apps of one dashboard. What we made says itself whose it is; what was adopted stands in the database."""

    def __init__(self, database: Database, instance: str) -> None:
        self._database, self._instance = database, instance
        self._adopted: Mapping[str, int] = {}
        self._asked_at = -KEPT_SECONDS
        self._question: Task | None = None

    def of(self, containers: Iterable[Container]) -> dict[str, Owner]:
        """By the container's id; those of no app are left out."""
        is_asked = self._question is not None and self._question.is_alive
        if monotonic() - self._asked_at >= KEPT_SECONDS and not is_asked:
            self._question = concurrency.start(self._ask)
            self._question.join(PATIENCE_SECONDS)
        return {each.id: owner for each in containers if (owner := self._of(each)) is not None}

    def _of(self, container: Container) -> Owner | None:
        number = container.labels.get(labels.APP)
        if number is None:
            app_id = self._adopted.get(adoption.subject(container))
            return None if app_id is None else Owner(app_id, service_of(container))
        if container.labels.get(labels.INSTANCE) != self._instance or not number.isdecimal():
            return None
        return Owner(int(number), process_of(container))

    def _ask(self) -> None:
        """A database that does not answer is asked again later."""
        self._asked_at = monotonic()
        try:
            with self._database.session() as session:
                self._adopted = adoption.followed(session)
        except Problem as problem:
            log.warning("It is not known which containers are adopted: %s", problem.message)
