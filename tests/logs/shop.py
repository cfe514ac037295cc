"""An app to watch the log of, and its containers."""

from paas.apps.app import App, Kind
from paas.engine import labels
from tests.fakes import INSTANCE, FakeContainer, FakeEngine

SHOP = App("shop", Kind.IMAGE, id=7)


def labels_of(process: str, *, app: App = SHOP, deployment: int = 1, instance: str = INSTANCE) -> dict[str, str]:
    """``web.1`` -> what a container of it bears."""
    name, _, number = process.partition(".")
    return {
        labels.INSTANCE: instance,
        labels.APP: str(app.id),
        labels.APP_NAME: app.name,
        labels.PROCESS: name,
        labels.NUMBER: number,
        labels.DEPLOYMENT: str(deployment),
        labels.ROLE: "process",
    }


def make(engine: FakeEngine, process: str, *, deployment: int = 1, rotates: bool = False) -> FakeContainer:
    """A container of the app, not started yet, under the name that it is made with."""
    name = f"shop.{process}.d{deployment}"
    return engine.make(name, labels=labels_of(process, deployment=deployment), rotates=rotates)
