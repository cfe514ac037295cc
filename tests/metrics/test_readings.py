"""Docker's own answers, recorded on an engine, become the figures that ``docker stats`` shows."""

import pytest

from paas.metrics import readings
from paas.metrics.readings import Rates
from tests.metrics.samples import usage


def answer(total: int, system: int, **changes):
    return {"cpu_stats": {"cpu_usage": {"total_usage": total}, "system_cpu_usage": system, "online_cpus": 2}} | changes


def test_two_seconds_of_one_core_on_a_machine_of_two_are_a_hundred_percent():
    before, now = answer(10**9, 10 * 10**9), answer(3 * 10**9, 14 * 10**9)
    assert readings.usage(now, before).cpu_percent == 100.0


def test_without_anything_to_compare_with_nothing_is_known():
    assert readings.usage(answer(10**9, 10 * 10**9)) is None


def test_rates_are_differences_by_the_time_between():
    before = usage(network_received=0, network_sent=0, block_read=0, block_written=0)
    now = usage(network_received=10, network_sent=20, block_read=30, block_written=40)
    assert readings.rates(now, before, 2.0) == Rates(5.0, 10.0, 15.0, 20.0)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_where_no_time_has_passed_there_is_no_rate(seconds):
    assert readings.rates(usage(), usage(), seconds) is None


def test_counters_that_began_anew_give_no_rate():
    assert readings.rates(usage(network_received=5), usage(network_received=6), 1.0) is None
