"""Other constants and another clock for the log's modules, for as long as a block lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import pytest

from paas.logs.container import follower, history
from paas.logs.reading import cursor, frames, lines
from paas.logs.reading import reader as reading
from tests.world import World


@contextmanager
def patched(module: ModuleType, **values: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setattr(module, name, value)
        yield


@contextmanager
def small_scale(world: World, *, part_bytes: int = 4, backlog: int = 6) -> Iterator[None]:
    """Windows and parts so small that a short log fills them, and the world's clock."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (frames, lines, cursor):
            patch.setattr(module, "PART_BYTES", part_bytes)
        patch.setattr(follower, "BACKLOG_ENTRIES", backlog)
        patch.setattr(follower, "SMALLEST_WINDOW", 3)
        patch.setattr(follower, "LARGEST_WINDOW", 12)
        patch.setattr(follower, "TURN_ENTRIES", 4)
        patch.setattr(follower, "RECEIVE_BYTES", 64)
        patch.setattr(reading, "SMALL_ENTRIES", 5)
        patch.setattr(follower, "SMALL_ENTRIES", 5)
        patch.setattr(reading, "WINDOWS", (5, 9))
        for module in (reading, history):
            patch.setattr(module, "LONGEST_LINE_ENTRIES", 8)
        patch.setattr(history, "TORN_ENTRIES", 7)
        patch.setattr(follower, "monotonic", world.monotonic)
        patch.setattr(follower, "sleep", world.sleep)
        yield
