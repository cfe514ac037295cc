"""The engine as one object: what the rest of the house is handed."""

from paas.engine.client import Client
from paas.engine.containers import Containers
from paas.engine.inventory import Health, Inventory
from paas.settings import Settings


class Engine:
    """``containers`` asks the engine, ``inventory`` answers from a table that is kept up to date."""

    def __init__(self, settings: Settings) -> None:
        client = Client(settings)
        self.containers = Containers(client)
        self.inventory = Inventory(client, self.containers)

    @property
    def health(self) -> Health:
        return self.inventory.health

    def start(self) -> None:
        """Begin to follow the engine, whether it answers now or later."""
        self.inventory.start()
