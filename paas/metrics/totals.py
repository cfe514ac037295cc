"""What the engine tells of itself as a whole, asked in a thread of its own: to add up its disk can take it minutes."""

import logging
import threading
from pathlib import Path
from time import monotonic

from paas.engine.engine import Engine
from paas.errors import Problem

log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
COUNT_SECONDS = 300.0
"""Between two looks at what the disk holds."""

MOST_SHARE = 0.05
"""How much of the time the engine may spend on that."""


class Totals:
    """None is what is not known yet. What was known stays while the engine is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.images: int | None = None
        self.disk_used: int | None = None
        self.folder: Path | None = None
        """Where the engine keeps its data, if that is on this machine and can be seen."""
        self._count_at = monotonic()

    def start(self) -> None:
        threading.Thread(target=self._run, name="engine-totals", daemon=True).start()

    def look(self) -> None:
        """Ask for what is due. Raises Unavailable."""
        machine = self._engine.stats.machine()
        self.images, folder = machine.images, Path(machine.folder)
        self.folder = folder if self._engine.is_local and folder.is_dir() else None
        if monotonic() >= self._count_at:
            self._count()

    def _count(self) -> None:
        began = monotonic()
        try:
            self.disk_used = self._engine.stats.disk_used()
        finally:
            taken = monotonic() - began
            self._count_at = monotonic() + max(COUNT_SECONDS, taken / MOST_SHARE)

    def _run(self) -> None:
        while True:
            try:
                if self._engine.inventory.first_health().ok:
                    self.look()
            except Problem as problem:
                log.debug("The engine does not tell of itself: %s", problem.message)
            except Exception:
                log.exception("The engine could not be asked about itself")
            threading.Event().wait(LOOK_SECONDS)
