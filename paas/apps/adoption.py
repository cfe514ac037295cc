"""Makes an app of what runs on the engine already, to have its log and its figures; the engine is not touched."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, require
from paas.apps import catalogue
from paas.apps.app import App, Kind, Wanted
from paas.engine.containers import Container
from paas.errors import Conflict
from paas.storage.tables import AppRow

OURS = "quayside.app"


def adopt(session: Session, actor: Actor, container: Container, name: str = "") -> App:
    """An app of this container, or of the compose service that it belongs to; Conflict when it is one already."""
    require(actor, Action.ADOPT_CONTAINERS)
    if OURS in container.labels:
        raise Conflict(f"{container.name} belongs to an app already: Quayside deployed it.")
    followed = subject(container)
    taken = session.scalar(select(AppRow.name).where(AppRow.adopted == followed))
    if taken is not None:
        raise Conflict(f"{container.name} is the app {taken} already.")
    wanted = Wanted(name or suggested_name(container), kind=Kind.ADOPTED, adopted=followed)
    return catalogue.insert(session, actor, wanted)


def subject(container: Container) -> str:
    """What an app of this container follows: ``project/service``, whose containers come and go, or its own name."""
    return f"{container.project}/{container.service}" if container.project and container.service else container.name


def adopted(session: Session) -> dict[str, str]:
    """What is followed, and the name of the app that does; for whom permission is no question."""
    rows = session.scalars(select(AppRow).where(AppRow.adopted != ""))
    return {row.adopted: row.name for row in rows}


def followed(session: Session) -> dict[str, int]:
    """What is followed, and the id of the app that does."""
    rows = session.execute(select(AppRow.adopted, AppRow.id).where(AppRow.adopted != ""))
    return {row.adopted: row.id for row in rows}


def belongs(app: App, container: Container) -> bool:
    """Whether this container is one of the adopted app's. One that was deployed here is not, whatever project and
    service its image's labels name."""
    return app.kind is Kind.ADOPTED and OURS not in container.labels and app.adopted == subject(container)


def suggested_name(container: Container) -> str:
    """A name that an app may have, close to the one that its people know."""
    words = re.sub(r"[^a-z0-9]+", "-", (container.service or container.name).lower()).strip("-")[:63].strip("-")
    return words if words and not words.isdigit() else f"app-{words or container.short_id}"
