"""What the machine and apps use, over REST, from the last sample."""

from time import time

import pytest

from tests.metrics.samples import container, engine, host, snapshot

MACHINE, STATS = "/api/v1/metrics", "/api/v1/apps/shop/stats"


@pytest.fixture
def sampled(services, shop):
    """The app runs in one container."""
    services.sampler.last = snapshot(container("web", app_id=shop.id), at=time())
    return services.sampler


def test_machine_is_shown_to_admins(api, sampled):
    found = api("ada")("GET", MACHINE).json
    assert found["cpu"] == {"usage": host().cpu_percent, "cores": 2, "each": [20.0, 40.0]}
    assert found["docker"]["containers_running"] == engine().running
    assert found["stale"] is False
    assert found["age_seconds"] < 60


def test_app_is_shown_by_its_name_and_by_its_id(bob, sampled, shop):
    found = bob("GET", STATS).json
    assert found["cpu_percent"] == 25.0
    assert [each["process"] for each in found["processes"]] == ["web.1"]
    again = bob("GET", f"/api/v1/apps/{shop.id}/stats").json
    assert again["timestamp"] == found["timestamp"]


def test_app_that_does_not_run_has_no_processes(bob, services, shop):
    services.sampler.last = snapshot(at=time())
    assert bob("GET", STATS).json["processes"] == []


def test_before_the_first_sample_there_is_nothing_to_tell(api, shop):
    for address in (MACHINE, STATS):
        answer = api("ada")("GET", address)
        assert answer.status_code == 503
        assert answer.json["error"]["kind"] == "unavailable"
        assert "Try again" in answer.json["error"]["message"]


def test_nobody_waits_for_the_engine_nor_makes_it_work(bob, sampled):
    bob("GET", STATS)
    assert sampled.lookers == 0
