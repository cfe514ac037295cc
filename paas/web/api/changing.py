"""What every route that changes one app begins and ends with."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from paas.accounts.permissions import Actor
from paas.apps import catalogue
from paas.apps.app import App
from paas.web.context import services


@contextmanager
def opened(who: Actor, reference: str) -> Iterator[tuple[Session, App]]:
    """The app of this name or id, in a session. Other things may have to be blanked out of its logs afterwards."""
    with services().database.session() as session:
        app = catalogue.held(session, catalogue.find(session, who, reference))
        yield session, app
    services().masks.forget(app.id)
