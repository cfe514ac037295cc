"""The engine as a whole: what is asked of it, and how often."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from paas.engine.stats import Machine
from paas.errors import Unavailable
from paas.metrics import totals as module
from paas.metrics.totals import COUNT_SECONDS, Totals


class FakeStats:
    """``counting`` is how long it takes to add up its disk; None: it does not answer to that."""

    def __init__(self, clock, folder):
        self.clock, self.folder = clock, folder
        self.counting: float | None = 1.0
        self.counts = 0

    def machine(self):
        return Machine(images=4, folder=str(self.folder))

    def disk_used(self):
        self.counts += 1
        if self.counting is None:
            self.clock[0] += 60
            raise Unavailable("The engine does not answer.")
        self.clock[0] += self.counting
        return self.counts * 1_000


@pytest.fixture
def clock(monkeypatch):
    times = [1_000.0]
    monkeypatch.setattr(module, "monotonic", lambda: times[0])
    return times


@pytest.fixture
def engine(clock, tmp_path):
    return SimpleNamespace(stats=FakeStats(clock, tmp_path), is_local=True)


@pytest.fixture
def totals(engine):
    return Totals(engine)


def test_nothing_is_known_before_the_engine_was_asked(totals):
    assert (totals.images, totals.disk_used, totals.folder) == (None, None, None)


def test_the_disk_is_added_up_now_and_then(totals, engine, clock):
    for _ in range(5):
        totals.look()
    assert (totals.images, totals.disk_used, engine.stats.counts) == (4, 1_000, 1)
    clock[0] += COUNT_SECONDS
    totals.look()
    assert (totals.disk_used, engine.stats.counts) == (2_000, 2)


def test_an_engine_that_takes_long_over_its_disk_is_asked_less_often(totals, engine, clock):
    engine.stats.counting = 50.0
    totals.look()
    clock[0] += 999
    totals.look()
    assert engine.stats.counts == 1
    clock[0] += 1
    totals.look()
    assert engine.stats.counts == 2


def test_one_that_fails_over_it_is_not_asked_at_once_again(totals, engine, clock):
    totals.look()
    clock[0] += COUNT_SECONDS
    engine.stats.counting = None
    with pytest.raises(Unavailable):
        totals.look()
    totals.look()
    assert (totals.images, totals.disk_used, engine.stats.counts) == (4, 1_000, 2)


def test_the_engines_folder_is_known_where_it_is_here_and_can_be_seen(totals, engine, tmp_path):
    totals.look()
    assert totals.folder == tmp_path
    engine.stats.folder = Path("/does/not/exist")
    totals.look()
    assert totals.folder is None
    engine.stats.folder, engine.is_local = tmp_path, False
    totals.look()
    assert totals.folder is None
