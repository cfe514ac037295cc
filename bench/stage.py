"""Starts what measures need, once for those that can share it, and ends all of it when the run is over."""

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from playwright.sync_api import Browser

from bench import sides
from bench.sides import Side
from bench.writing import Writer
from tests.browser import launch
from tests.engines import PrivateEngine

T = TypeVar("T")


@dataclass(frozen=True)
class Load:
    """A time under load, and the file in which the lateness of the loop stands meanwhile."""

    what: str
    began: float
    ended: float
    lateness: Path


class Stage:
    """``with Stage() as stage``: nothing is started before it is asked for."""

    def __init__(self, *, is_quick: bool = False) -> None:
        self.is_quick = is_quick
        self.loads: list[Load] = []
        self._stack = ExitStack()
        self._numbers = itertools.count(1)
        self._made: dict[Any, Any] = {}

    def __enter__(self) -> Self:
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="quayside-bench-")))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def seconds(self, seconds: float) -> float:
        """A length of time, or a tenth of it in a quick run."""
        return seconds / 10 if self.is_quick else seconds

    def once(self, key: Any, make: Callable[[], T]) -> T:
        """What ``make`` returned the first time: measures that look at the same run share it."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    def keep(self, context: AbstractContextManager[T]) -> T:
        """Enter it now, leave it when the run is over."""
        return self._stack.enter_context(context)

    def versions(self) -> dict[str, str]:
        return {"engine": self.engine.client.version()["Version"], "chromium": self.browser.version}

    @property
    def engine(self) -> PrivateEngine:
        return self.once("engine", lambda: self.keep(PrivateEngine()))

    @property
    def engine_pid(self) -> int:
        return int((self.engine.folder / "pid").read_text())

    @property
    def browser(self) -> Browser:
        return self.once("browser", lambda: self.keep(launch()))

    def writer(self) -> Writer:
        return Writer(self.engine, self.folder)

    def new_folder(self) -> Path:
        return self.folder / str(next(self._numbers))

    @contextmanager
    def side(self, name: str, *, docker_host: str = "", watches_loop: bool = False, **settings: str) -> Iterator[Side]:
        host = docker_host or self.engine.host
        with (
            sides.quayside(self.new_folder(), host, watches_loop=watches_loop, **settings)
            if name == "quayside"
            else sides.baseline(name, host)
        ) as side:
            yield side

    @contextmanager
    def load(self, what: str, side: Side) -> Iterator[None]:
        """Remember the time of the block as one of load on this side."""
        began = time.time()
        yield
        if side.lateness is not None:
            self.loads.append(Load(what, began, time.time(), side.lateness))
