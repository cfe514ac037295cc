"""Docker's own answers become the figures that ``docker stats`` shows."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.metrics import readings
from paas.metrics.readings import Rates, Usage
from tests.metrics.answers import NOT_RUNNING, SECOND, answer, recorded
from tests.metrics.samples import usage


def changed(found, path, value):
    """The answer with something else at this path, such as ``cpu_stats.online_cpus``; ... leaves it out."""
    found = copy.deepcopy(found)
    *folders, name = path.split(".")
    inside = found
    for folder in folders:
        inside = inside[folder]
    if value is ...:
        del inside[name]
    else:
        inside[name] = value
    return found


def test_answer_of_cgroup_v1():
    found = readings.usage(recorded("cgroup_v1"))
    assert found == Usage(
        cpu_percent=pytest.approx(35.0191699),  # 0.352 s used while the two cores had 2.01 s in all
        cores=2,
        memory_used=1843200,
        memory_limit=536870912,
        memory_percent=pytest.approx(0.3433228),
        network_received=848,
        network_sent=486,
        block_read=0,
        block_written=0,
        pids=3,
    )


def test_answer_of_cgroup_v2():
    assert readings.usage(recorded("cgroup_v2")) == Usage(
        cpu_percent=pytest.approx(150.2487562),  # 1.51 s used while the four cores had 4.02 s in all
        cores=4,
        memory_used=268435456 - 67108864,
        memory_limit=1073741824,
        memory_percent=18.75,
        network_received=1255000,
        network_sent=735000,
        block_read=31461376,
        block_written=8204288,
        pids=14,
    )


V1, V2 = recorded("cgroup_v1"), recorded("cgroup_v2")


@pytest.mark.parametrize(
    ("found", "metric", "expected"),
    [
        pytest.param(changed(V1, "cpu_stats.online_cpus", ...), "cores", 2, id="cores are counted on an old engine"),
        pytest.param(changed(V2, "networks", ...), "network_sent", 0, id="no network of its own"),
        pytest.param(changed(V2, "networks", None), "network_received", 0, id="null for networks"),
        pytest.param(changed(V2, "blkio_stats", {}), "block_read", 0, id="no disk"),
        pytest.param(changed(V2, "pids_stats", {}), "pids", 0, id="no pids"),
        pytest.param(changed(V2, "memory_stats", {}), "memory_used", 0, id="no memory"),
        pytest.param(changed(V2, "memory_stats", {}), "memory_percent", 0.0, id="no memory has no share"),
        pytest.param(changed(V2, "memory_stats.stats", ...), "memory_used", 268435456, id="no parts of the memory"),
        pytest.param(
            changed(V2, "memory_stats.stats.inactive_file", 268435457), "memory_used", 268435456,
            id="more cache than memory is left in",
        ),
        pytest.param(
            changed(V1, "memory_stats.stats.inactive_file", 1), "memory_used", 1843200,
            id="on v1 the total counts, with the groups below",
        ),
        pytest.param(
            changed(V1, "blkio_stats.io_service_bytes_recursive", [
                {"major": 8, "minor": 0, "op": "Read", "value": 4096},
                {"major": 8, "minor": 0, "op": "Write", "value": 8192},
                {"major": 8, "minor": 0, "op": "Sync", "value": 12288},
                {"major": 8, "minor": 0, "op": "Total", "value": 12288},
                {"major": 8, "minor": 0, "op": "", "value": 1},
            ]), "block_written", 8192, id="capital letters on v1",
        ),
        pytest.param(
            changed(V2, "cpu_stats.system_cpu_usage", 1616020000000), "cpu_percent", 0.0, id="no time has passed"
        ),
        pytest.param(
            changed(V2, "precpu_stats.cpu_usage.total_usage", 98765432000), "cpu_percent", 0.0, id="nothing done"
        ),
    ],
)  # fmt: skip
def test_what_answers_differ_in(found, metric, expected):
    assert getattr(readings.usage(found), metric) == expected


def test_an_earlier_answer_counts_more_than_what_the_engine_put_beside_this_one():
    before = answer(100, busy=10)
    now = answer(110, busy=15, precpu_stats=answer(109, busy=15)["cpu_stats"])
    assert readings.usage(now, before).cpu_percent == 50.0
    assert readings.usage(now).cpu_percent == 0.0


def test_without_anything_to_compare_with_nothing_is_known():
    assert readings.usage(answer(100)) is None


def test_a_container_that_was_started_anew_has_used_what_it_counts_since():
    assert readings.usage(answer(110, busy=2), answer(100, busy=50)).cpu_percent == 20.0


def test_a_container_that_does_not_run_is_told_from_one_that_does_nothing():
    assert not readings.is_running(NOT_RUNNING)
    assert not readings.is_running({})
    assert readings.is_running(answer(100))


def test_rates_are_differences_by_the_time_between():
    before = usage(network_received=0, network_sent=0, block_read=0, block_written=0)
    now = usage(network_received=10, network_sent=20, block_read=30, block_written=40)
    assert readings.rates(now, before, 2.0) == Rates(5.0, 10.0, 15.0, 20.0)


@pytest.mark.parametrize("seconds", [0.0, -1.0])
def test_where_no_time_has_passed_there_is_no_rate(seconds):
    assert readings.rates(usage(), usage(), seconds) is None


def test_counters_that_began_anew_give_no_rate():
    assert readings.rates(usage(network_received=5), usage(network_received=6), 1.0) is None


COUNT = st.none() | st.integers(0, 2**64 - 1)
CPU = st.fixed_dictionaries(
    {},
    optional={
        "cpu_usage": st.fixed_dictionaries(
            {}, optional={"total_usage": COUNT, "percpu_usage": st.none() | st.just([])}
        ),
        "system_cpu_usage": COUNT,
        "online_cpus": st.none() | st.integers(0, 512),
    },
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "cpu_stats": CPU | st.none(),
        "precpu_stats": CPU | st.none(),
        "memory_stats": st.none()
        | st.fixed_dictionaries(
            {},
            optional={
                "usage": COUNT,
                "limit": COUNT,
                "stats": st.none() | st.dictionaries(st.sampled_from(["inactive_file", "total_inactive_file"]), COUNT),
            },
        ),
        "networks": st.none()
        | st.dictionaries(st.text(max_size=3), st.dictionaries(st.sampled_from(["rx_bytes", "tx_bytes"]), COUNT)),
        "blkio_stats": st.none()
        | st.fixed_dictionaries(
            {},
            optional={
                "io_service_bytes_recursive": st.none()
                | st.lists(
                    st.fixed_dictionaries(
                        {}, optional={"op": st.none() | st.sampled_from(["Read", "write", ""]), "value": COUNT}
                    ),
                    max_size=3,
                )
            },
        ),
        "pids_stats": st.none() | st.dictionaries(st.just("current"), COUNT),
    },
)


@given(ANSWERS, st.none() | ANSWERS)
def test_whatever_is_missing_no_figure_is_below_nothing(found, before):
    if not readings.is_running(found):
        return
    figures = readings.usage(found, before)
    if figures is not None:
        assert min(getattr(figures, name) for name in Usage.__slots__) >= 0
        memory = found.get("memory_stats") or {}
        assert figures.memory_used <= (memory.get("usage") or 0)


@given(st.integers(0, 64 * SECOND), st.integers(1, 64 * SECOND), st.integers(1, 64))
def test_cpu_is_the_share_of_the_machines_time_as_of_one_core(used, passed, cores):
    def at(total, system):
        return {"cpu_stats": {"cpu_usage": {"total_usage": total}, "system_cpu_usage": system, "online_cpus": cores}}

    found = readings.usage(at(7 + used, 9 + passed), at(7, 9))
    assert found.cpu_percent == pytest.approx(100 * cores * used / passed)
