"""What every door says of the last sample."""

import json
from dataclasses import replace

import pytest

from paas.apps.app import App
from paas.web.shapes.metrics import bare, of_app, of_apps, of_machine
from tests.metrics.samples import AT, GB, container, engine, snapshot, usage

MIST = {
    "timestamp": "2023-11-14T22:13:20.000Z",
    "cpu": {"usage": 30.0, "cores": 2},
    "memory": {"used": 3 * GB, "total": 8 * GB, "percent": 37.5},
    "disk": {"used": 40 * GB, "total": 100 * GB, "percent": 40.0},
    "docker": {"containers_running": 2, "containers_total": 3, "images": 4},
}
SHOP = App(id=1, name="shop")


def away(taken, seconds=60):
    """As if the engine had not answered for so long."""
    return replace(taken, engine=engine(is_stale=True, at=taken.at - seconds, message="The engine does not answer."))


def test_app_is_told_as_sums_and_container_by_container():
    web = container("shop.web.1", app_id=1, usage=usage(cpu_percent=50.0), restarts=2, health="healthy")
    worker = container("shop.worker.1", app_id=1, process="worker.1", usage=usage(cpu_percent=30.0))
    told = of_app(snapshot(web, worker, container("other", app_id=2)), 1, AT + 4)
    assert (told["cpu_percent"], told["cores"], told["memory_usage"]) == (80.0, 2, 400_000_000)
    assert (told["restarts"], told["stale"], told["age_seconds"]) == (2, False, 4.0)
    assert told["timestamp"] == "2023-11-14T22:13:20.000Z"
    assert told["rates"] == {"network_received": 2.0, "network_sent": 4.0, "block_read": 6.0, "block_written": 8.0}
    first, second = told["processes"]
    assert (first["process"], first["container"], first["health"]) == ("web.1", "shop.web.1", "healthy")
    assert (second["cpu_percent"], second["network_received"]) == (30.0, 1_000)
    assert set(told) - {"processes"} == set(first) - {"process", "container", "health"}


def test_app_of_which_nothing_runs_uses_nothing():
    told, running = of_app(snapshot(), 1, AT), of_app(snapshot(container(app_id=1)), 1, AT)
    assert set(told) == set(running)
    assert told["processes"] == []
    assert (told["cpu_percent"], told["memory_usage"], told["restarts"], told["stale"]) == (0.0, 0, 0, False)
    assert set(told["rates"].values()) == {0.0}


def test_what_is_stale_says_so_with_its_age():
    told = of_app(snapshot(container(app_id=1, at=AT - 20, is_stale=True)), 1, AT + 5)
    assert (told["stale"], told["age_seconds"]) == (True, 25.0)
    assert told["processes"][0]["stale"] is True


def test_that_nothing_runs_is_stale_too_while_the_engine_is_away():
    told = of_app(away(snapshot(), 30), 1, AT)
    assert (told["stale"], told["age_seconds"]) == (True, 30.0)


def test_rates_that_are_not_known_are_not_told_as_nothing():
    assert of_app(snapshot(container(app_id=1, rates=None)), 1, AT)["rates"] is None


def test_list_has_a_row_for_each_app_whether_it_runs_or_not():
    web, worker = container("web", app_id=1), container("worker", app_id=1, process="worker.1")
    shop, blog = of_apps(snapshot(web, worker), [SHOP, App(id=2, name="blog")], AT)
    assert (shop["app"], shop["id"], shop["running"], shop["memory_usage"]) == ("shop", 1, 2, 400_000_000)
    assert (blog["app"], blog["id"], blog["running"], blog["memory_usage"]) == ("blog", 2, 0, 0)
    assert set(shop) == set(blog)


def test_raw_object_is_that_of_mist_and_nothing_else():
    assert bare(snapshot()) == MIST


def test_machine_is_the_same_with_more():
    told = of_machine(snapshot(), AT + 1.26)
    assert told["cpu"] == MIST["cpu"] | {"each": [20.0, 40.0]}
    assert told["docker"] == MIST["docker"] | {"disk_used": 5 * GB}
    assert (told["memory"], told["disk"]) == (MIST["memory"], MIST["disk"])
    assert told["swap"] == {"used": 0, "total": GB, "percent": 0.0}
    assert told["engine_disk"] == {"used": 40 * GB, "total": 100 * GB, "percent": 40.0}
    assert told["network"] == {"received": 1_000.0, "sent": 2_000.0}
    assert (told["load"], told["uptime_seconds"]) == ([0.5, 0.4, 0.3], 86_400)
    assert (told["age_seconds"], told["stale"]) == (1.3, False)


def test_machine_without_swap_or_a_known_network_is_no_error():
    told = of_machine(snapshot(swap_total=0, network_received=None, network_sent=None), AT)
    assert told["swap"] == {"used": 0, "total": 0, "percent": 0.0}
    assert told["network"] == {"received": None, "sent": None}


def test_disk_of_an_engine_that_cannot_be_seen_is_not_known():
    assert of_machine(snapshot(engine_disk_used=None, engine_disk_total=None), AT)["engine_disk"] is None


def test_engine_that_went_away_grows_old_while_the_machine_goes_on():
    taken = away(snapshot(cpu_percent=99.0))
    told = of_machine(taken, AT)
    assert (told["stale"], told["age_seconds"], told["cpu"]["usage"]) == (True, 60.0, 99.0)
    assert of_machine(taken, AT + 5)["age_seconds"] == 65.0
    assert (told["docker"]["images"], told["timestamp"]) == (4, MIST["timestamp"])


def test_engine_that_never_answered_is_not_known():
    never = replace(snapshot(), engine=None)
    assert bare(never)["docker"] == dict.fromkeys(MIST["docker"])
    assert of_machine(never, AT)["stale"] is True
    assert of_app(never, 1, AT)["stale"] is True


@pytest.mark.parametrize("now", [AT - 100, AT])
def test_a_clock_that_was_set_back_makes_no_age_below_zero(now):
    assert of_machine(snapshot(), now)["age_seconds"] == 0.0
    assert of_machine(snapshot(booted_at=AT + 10), now)["uptime_seconds"] == 0


def test_all_of_it_is_plain_json():
    taken = snapshot(container(app_id=1))
    told = [of_machine(taken, AT), of_app(taken, 1, AT), of_apps(taken, [SHOP], AT)]
    assert json.loads(json.dumps(told, allow_nan=False)) == told
