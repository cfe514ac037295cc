"""Sums over apps, and what a snapshot says of each subject."""

from dataclasses import replace

import pytest

from paas.metrics.readings import Rates
from tests.metrics.samples import container, snapshot, usage

MB = 1024 * 1024


def test_an_app_is_the_sum_of_its_containers():
    web = container("web", app_id=1, process="web.1", usage=usage(cpu_percent=50.0, memory_used=100 * MB), restarts=1)
    worker = container("worker", app_id=1, process="worker.1", usage=usage(cpu_percent=120.0, memory_used=50 * MB))
    app = snapshot(worker, web, container("other", app_id=2, process="web.1")).app(1)
    assert app.usage.cpu_percent == 170.0
    assert app.usage.memory_used == 150 * MB
    assert app.restarts == 1
    assert app.rates == Rates(2.0, 4.0, 6.0, 8.0)
    assert app.containers == (web, worker)


def test_of_an_app_that_does_not_run_nothing_is_known():
    assert snapshot(container("other", app_id=2, process="web.1")).app(1) is None


@pytest.mark.parametrize(
    ("limits", "machine", "expected"),
    [((64, 64), 1024, 128), ((1024, 1024), 1024, 1024), ((64, 1024), 1024, 1024), ((4096, 4096), 1024, 4096)],
    ids=["both limited", "neither limited", "one limited", "an engine on a larger machine"],
)
def test_limits_add_up_to_no_more_than_the_machine_has(limits, machine, expected):
    parts = [container(f"web{n}", app_id=1, usage=usage(memory_used=32, memory_limit=n)) for n in limits]
    parts = [replace(part, id=str(place)) for place, part in enumerate(parts)]
    found = snapshot(*parts, memory_total=machine).app(1).usage
    assert found.memory_limit == expected
    assert found.memory_percent == pytest.approx(100 * 64 / expected)


def test_rates_of_an_app_are_unknown_while_those_of_a_container_are():
    parts = container("a", app_id=1), container("b", app_id=1, rates=None)
    now = snapshot(*parts)
    assert now.app(1).rates is None
    assert "network_sent" not in now.figures()["app/1"]
    assert "cpu" in now.figures()["app/1"]


def test_subjects_are_the_host_apps_their_processes_and_the_containers_of_no_app():
    now = snapshot(container("web", app_id=1, process="web.1"), container("redis"))
    assert set(now.figures()) == {"host", "app/1", "app/1/web.1", "container/redis"}
    metrics = {"cpu", "memory", "memory_percent", "pids", "network_received", "network_sent", "block_read"}
    assert set(now.figures()["app/1/web.1"]) == {*metrics, "block_written"}
    host = {"cpu", "memory", "memory_percent", "load", "swap", "disk", "disk_percent"}
    assert set(now.figures()["host"]) == host | {"network_received", "network_sent"}


def test_what_is_stale_has_no_figures():
    stale = container("web", app_id=1, process="web.1", is_stale=True)
    fresh = container("worker", app_id=1, process="worker.1")
    now = snapshot(stale, fresh)
    assert set(now.figures()) == {"host", "app/1/worker.1"}
    assert now.app(1).is_stale


def test_two_containers_of_one_process_are_one_subject():
    """During a deployment the old and the new one may both run."""
    old, new = (container(name, app_id=1, usage=usage(cpu_percent=10.0)) for name in ("old", "new"))
    assert snapshot(old, new).figures()["app/1/web.1"]["cpu"] == 20.0
