"""What every door says of the last sample."""

from dataclasses import replace

import pytest

from paas.web.shapes.metrics import of_app, of_machine
from tests.metrics.samples import AT, GB, container, engine, snapshot, usage


def test_app_is_told_as_sums_and_container_by_container():
    web = container("shop.web.1", app_id=1, usage=usage(cpu_percent=50.0), restarts=2, health="healthy")
    worker = container("shop.worker.1", app_id=1, process="worker.1", usage=usage(cpu_percent=30.0))
    told = of_app(snapshot(web, worker), 1, AT + 4)
    assert (told["cpu_percent"], told["cores"], told["memory_usage"]) == (80.0, 2, 400_000_000)
    assert (told["restarts"], told["stale"], told["age_seconds"]) == (2, False, 4.0)
    assert told["timestamp"] == "2023-11-14T22:13:20Z"
    assert told["rates"] == {"network_received": 2.0, "network_sent": 4.0, "block_read": 6.0, "block_written": 8.0}
    first, second = told["processes"]
    assert (first["process"], first["container"], first["health"]) == ("web.1", "shop.web.1", "healthy")
    assert (second["cpu_percent"], second["network_received"]) == (30.0, 1_000)


def test_app_of_which_nothing_runs_uses_nothing():
    told = of_app(snapshot(), 1, AT)
    assert told["processes"] == []
    assert (told["cpu_percent"], told["memory_usage"], told["rates"], told["stale"]) == (0.0, 0, None, False)


def test_what_is_stale_says_so_with_its_age():
    told = of_app(snapshot(container(app_id=1, at=AT - 20, is_stale=True)), 1, AT + 5)
    assert (told["stale"], told["age_seconds"]) == (True, 25.0)
    assert told["processes"][0]["stale"] is True


def test_rates_that_are_not_known_are_not_told_as_nothing():
    assert of_app(snapshot(container(app_id=1, rates=None)), 1, AT)["rates"] is None


def test_machine_is_told_with_its_engine():
    told = of_machine(snapshot(), AT + 1)
    assert told["cpu"] == {"usage": 30.0, "cores": 2, "each": [20.0, 40.0]}
    assert told["memory"] == {"used": 3 * GB, "total": 8 * GB, "percent": 37.5}
    assert told["disk"]["percent"] == 40.0
    assert told["network"] == {"received": 1_000.0, "sent": 2_000.0}
    assert told["docker"] == {"containers_running": 2, "containers_total": 3, "images": 4, "disk_used": 5 * GB}
    assert (told["uptime_seconds"], told["stale"]) == (86_400, False)


@pytest.mark.parametrize("away", [None, engine(is_stale=True)])
def test_machine_is_told_while_the_engine_is_away(away):
    told = of_machine(replace(snapshot(), engine=away), AT)
    assert told["stale"] is True
    assert told["cpu"]["usage"] == 30.0
    assert told["docker"]["images"] == (away.images if away else None)
