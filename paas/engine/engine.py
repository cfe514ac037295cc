"""The engine as one object: what the rest of the house is handed."""

from paas.concurrency.turns import Turns
from paas.engine.client import Client
from paas.engine.containers import Containers
from paas.engine.images import Images
from paas.engine.inventory import Health, Inventory
from paas.engine.stats import Stats
from paas.engine.workloads import Workloads
from paas.settings import Settings


class Engine:
    """``containers`` and ``stats`` ask the engine, ``inventory`` answers from a table that is kept up to date;
    ``workloads`` and ``images`` make what apps need. ``instance`` is written on what is made, so that it is known
    again.

    Whoever changes the containers of an app takes one of its ``turns``."""

    def __init__(self, settings: Settings, instance: str = "") -> None:
        client = Client(settings)
        self.turns = Turns()
        self.is_local = client.address.url.startswith("unix://")
        """Whether it is on this machine."""
        self.containers = Containers(client)
        self.images = Images(client)
        self.workloads = Workloads(client, instance)
        self.stats = Stats(client)
        self.inventory = Inventory(client, self.containers)

    @property
    def health(self) -> Health:
        return self.inventory.health

    def start(self) -> None:
        """Begin to follow the engine, whether it answers now or later."""
        self.inventory.start()
