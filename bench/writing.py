"""A container that is silent until it is told to write, then writes numbered lines at an exact pace.

Each line is ``<number> <time.time_ns() just before its write> ....``; the numbers go on from one order to the next.
"""

import os
import uuid
from pathlib import Path

from tests import images
from tests.engines import PrivateEngine

_SOURCE = """
import os, sys, time

def line(number):
    return f"{number} {time.time_ns()} ".ljust(80, ".") + "\\n"

done = 0
for order in open(os.open("/orders/fifo", os.O_RDWR), encoding="ascii"):
    rate, count = map(int, order.split())
    first, start = done, time.monotonic()
    while done < first + count:
        # Absolute deadlines: what comes late makes a larger batch, the pace stays.
        due = first + min(count, int((time.monotonic() - start) * rate) + 1) if rate else min(first + count, done + 500)
        if due <= done:
            time.sleep(max(0.0, start + (done - first) / rate - time.monotonic()))
            continue
        data = "".join(map(line, range(done, due))).encode()
        while data:
            data = data[os.write(1, data):]
        done = due
"""


class Writer:
    """``with Writer(engine, folder) as writer`` runs the container and removes it in the end."""

    def __init__(self, engine: PrivateEngine, folder: Path) -> None:
        self.name = f"bench-{uuid.uuid4().hex[:8]}"
        self.ordered = 0
        """How many lines it was told to write so far."""
        self._folder = folder / self.name
        self._folder.mkdir()
        os.mkfifo(self._folder / "fifo")
        # Opened for both: an order given before the container runs waits for it.
        self._orders = os.open(self._folder / "fifo", os.O_RDWR)
        self._container = engine.client.containers.run(
            images.python(engine),
            ["python3", "-ISc", _SOURCE],
            name=self.name,
            detach=True,
            volumes={str(self._folder): {"bind": "/orders", "mode": "rw"}},
        )

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._orders)
        self._container.remove(force=True, v=True)

    @property
    def id(self) -> str:
        return self._container.id

    def order(self, *, rate: int, count: int) -> None:
        """Write so many lines, so many a second; 0 is as fast as it can. Returns at once."""
        self.ordered += count
        os.write(self._orders, f"{rate} {count}\n".encode())
