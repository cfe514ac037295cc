"""What goes wrong on purpose: each of the kinds in turn, in an order and at times that the seed decides."""

import contextlib
import errno
import os
import random
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from soak.chronicle import Chronicle
from soak.writing import SteppedClock, Writers
from tests.dashboard import Dashboard
from tests.end_to_end.proxies import Network
from tests.engines import PrivateEngine

DISK_MB = 1_024
"""Half of it must stay free for a repository to be fetched."""


class Faults:
    """Each method is one fault: it breaks something, waits, and makes it whole again."""

    def __init__(self, chronicle: Chronicle, dice: random.Random, *, frozen_seconds: float) -> None:
        self._chronicle, self._dice, self._frozen_seconds = chronicle, dice, frozen_seconds
        self._never = threading.Event()

    def engine_restarted(self, engine: PrivateEngine) -> None:
        with self._chronicle.fault("engine restarted"):
            engine.stop()
            self._pause(0, 3)
            engine.start()

    def engine_frozen(self, engine: PrivateEngine) -> None:
        with self._chronicle.fault("engine frozen"):
            engine.freeze()
            self._pause(self._frozen_seconds, self._frozen_seconds)
            engine.thaw()

    def disk_full(self, whose: str, folder: Path) -> None:
        with self._chronicle.fault(f"disk of the {whose} full"), full(folder):
            self._pause(self._frozen_seconds / 2, self._frozen_seconds)

    def clock_stepped(self, clock: SteppedClock) -> None:
        seconds = self._dice.choice((-3_600, -5, -0.5, 5, 3_600))
        with self._chronicle.fault(f"clock stepped by {seconds} s"):
            clock.step(seconds)

    def container_removed(self, writers: Writers) -> None:
        name = self._dice.choice(writers.names)
        with self._chronicle.fault(f"container {name} removed and made again"):
            writers.replace(name, lambda: self._pause(0, 3))

    def dashboard_killed(self, dashboard: Dashboard) -> None:
        with self._chronicle.fault("dashboard killed"):
            dashboard.crash()
            self._pause(0, 2)
            dashboard.start()

    def network_cut(self, networks: Sequence[Network]) -> None:
        network = self._dice.choice(networks)
        with self._chronicle.fault(f"network {networks.index(network)} cut"):
            network.cut()
            self._pause(1, self._frozen_seconds)
            network.heal()

    def network_swallows(self, networks: Sequence[Network]) -> None:
        network = self._dice.choice(networks)
        with self._chronicle.fault(f"network {networks.index(network)} swallows all"):
            network.blackhole()
            self._pause(1, self._frozen_seconds)
            network.heal()

    def _pause(self, least: float, most: float) -> None:
        self._never.wait(self._dice.uniform(least, most))


class Track:
    """Faults of which one comes after the other. ``until`` is given for those that must not come after it."""

    def __init__(
        self, kinds: dict[str, Callable[[], None]], dice: random.Random, *, pauses: tuple[float, float]
    ) -> None:
        self.failures: list[str] = []
        self.done: list[str] = []
        self._kinds, self._dice, self._pauses = dict(kinds), dice, pauses
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """The fault under way is made whole first."""
        self._ended.set()
        self._thread.join(180)

    def drop(self, kind: str) -> None:
        """It does not happen any more."""
        self._kinds.pop(kind, None)

    def _run(self) -> None:
        for kind in self._order():
            if self._ended.wait(self._dice.uniform(*self._pauses)):
                return
            try:
                self._kinds.get(kind, lambda: None)()
                self.done.append(kind)
            except BaseException as error:  # noqa: BLE001 - it is a row of the table
                self.failures.append(f"{kind}: {error!r}")

    def _order(self) -> Iterator[str]:
        """All of them, shuffled, again and again."""
        while True:
            kinds = sorted(self._kinds)
            self._dice.shuffle(kinds)
            yield from kinds


@contextmanager
def disk_of_its_own(folder: Path) -> Iterator[None]:
    """A small disk at the folder, which can be filled."""
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={DISK_MB}m,mode=0700"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "quayside-soak", folder], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=False, capture_output=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Not a byte is free on the disk of the folder while the block runs. What others free meanwhile is filled too."""
    filler, is_over = folder / "soak-filler", threading.Event()

    def fill() -> None:
        with filler.open("wb", buffering=0) as file:
            while not is_over.is_set():
                _fill(file.fileno())
                is_over.wait(0.05)

    thread = threading.Thread(target=fill, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(30)
        filler.unlink()


def _fill(file: int) -> None:
    chunk = bytes(1 << 20)
    with contextlib.suppress(OSError):
        os.posix_fallocate(file, os.fstat(file).st_size, 64 << 20)
    try:
        while chunk:
            os.write(file, chunk)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
