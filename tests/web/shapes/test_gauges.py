"""Figures as rings: the share of the limit, its word, and what stands where nothing is known."""

import pytest

from paas.web.shapes.charts import NOTHING
from paas.web.shapes.gauges import ARC, Gauge, of_app, of_machine

GIB = 1024**3
STATS = {"cpu_percent": 37.0, "cores": 2, "memory_usage": 3 * GIB, "memory_limit": 4 * GIB, "processes": [{}]}
METRICS = {
    "cpu": {"usage": 95.2, "cores": 1, "each": [95.2]},
    "memory": {"used": GIB, "total": 4 * GIB, "percent": 25.0},
    "disk": {"used": 50 * GIB, "total": 100 * GIB, "percent": 50.0},
    "swap": {"used": 0, "total": 0},
}


@pytest.mark.parametrize(
    ("share", "word", "level"),
    [
        (None, "unknown", "unknown"),
        (0, "normal", "normal"),
        (69.9, "normal", "normal"),
        (70, "high", "high"),
        (90, "high", "high"),
        (90.1, "very high", "very-high"),
        (250, "very high", "very-high"),
    ],
)
def test_word_says_how_near_the_limit_is(share, word, level):
    gauge = Gauge("cpu", "CPU", "", "", share)
    assert (gauge.word, gauge.level) == (word, level)


@pytest.mark.parametrize(
    ("share", "hidden"), [(None, ARC), (0, ARC), (25, ARC * 0.75), (50, ARC / 2), (100, 0), (180, 0)]
)
def test_ring_shows_the_share_and_hides_the_rest(share, hidden):
    assert float(Gauge("cpu", "CPU", "", "", share).offset) == pytest.approx(hidden, abs=0.01)


def test_app_is_measured_against_all_cores_and_against_its_own_limit_of_memory():
    cpu, memory = of_app(STATS)
    assert (cpu.value, cpu.limit, cpu.share) == ("37 %", "of 200 %, 2 cores", 18.5)
    assert (memory.value, memory.limit, memory.share) == ("3.0 GiB", "of 4.0 GiB", 75.0)
    assert memory.told == "3.0 GiB of 4.0 GiB, high"


@pytest.mark.parametrize(("stale", "word"), [(False, "not running"), (True, "unknown")])
def test_gauges_of_an_app_of_which_nothing_runs_say_that_as_far_as_it_is_known(stale, word):
    nothing = {"cpu_percent": 0.0, "cores": 0, "memory_usage": 0, "memory_limit": 0, "processes": []}
    found = of_app(nothing | {"stale": stale})
    assert {(each.value, each.share, each.word, each.level) for each in found} == {(NOTHING, None, word, "unknown")}


def test_machine_has_four_gauges_and_says_where_it_has_no_swap():
    cpu, memory, disk, swap = of_machine(METRICS)
    assert (cpu.value, cpu.limit, cpu.word) == ("95 %", "of 1 core", "very high")
    assert [memory.share, disk.share] == [25.0, 50.0]
    assert (swap.value, swap.limit, swap.word) == (NOTHING, "none", "none")


def test_before_the_first_sample_nothing_is_claimed():
    assert {gauge.told for gauge in (*of_app(None), *of_machine(None))} == {"not known"}
