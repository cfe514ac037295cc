"""Which ports of the host are free for an app. A port that only a stopped container would publish counts as free."""

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.engine.containers import Container
from paas.storage.tables import AppRow

FIRST_SUGGESTED = 8100
PUBLISHED = re.compile(r"(\d+)->\d+/tcp", re.ASCII)


def of_apps(session: Session) -> set[int]:
    """The ports that lead to apps, whoever may see them, also while these do not run."""
    return set(session.scalars(select(AppRow.published_port).where(AppRow.published_port.is_not(None))))


def of_containers(containers: Iterable[Container]) -> set[int]:
    """The TCP ports that containers hold now."""
    return {int(found[1]) for each in containers for port in each.ports if (found := PUBLISHED.fullmatch(port))}


def suggested(taken: set[int]) -> int | None:
    """The first free one from 8100 on."""
    return next((port for port in range(FIRST_SUGGESTED, 65536) if port not in taken), None)
