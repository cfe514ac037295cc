"""When each thing happened, printed as it does and kept in a file; and which faults were near a moment."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AFTERMATH_SECONDS = 20.0
"""What goes wrong so shortly after a fault may be its doing."""


class Chronicle:
    """Seconds count from the beginning of the day, everywhere."""

    def __init__(self, path: Path) -> None:
        self.faults: list[tuple[str, float, float]] = []
        """What it was, when it began and when it was over."""
        self._path, self._began, self._lock = path, time.monotonic(), threading.Lock()
        path.write_text("")

    @property
    def now(self) -> float:
        return time.monotonic() - self._began

    def say(self, text: str, *, aloud: bool = True) -> None:
        line = f"{self.now:7.1f} s  {text}"
        with self._lock, self._path.open("a") as file:
            file.write(f"{line}\n")
        if aloud:
            print(line, flush=True)

    @contextmanager
    def fault(self, what: str) -> Iterator[None]:
        began = self.now
        self.say(f"{what} ...")
        try:
            yield
        finally:
            self.faults.append((what, began, self.now))
            self.say(f"{what}: over after {self.now - began:.1f} s")

    def near(self, began: float, ended: float) -> list[str]:
        """The faults that may have had to do with what went on between these."""
        return [
            what for what, since, until in list(self.faults) if since <= ended and began <= until + AFTERMATH_SECONDS
        ]
