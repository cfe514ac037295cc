"""What Prometheus reads: in its own form, behind a token, for admins alone."""

import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from paas.accounts import api_tokens
from paas.engine.inventory import Health
from tests.metrics.samples import GB, container, engine, host, snapshot, usage

ADDRESS = "/metrics"
LABELS = ("app", "process", "container", "status")


@pytest.fixture
def told(api, shop):
    """``told()`` -> {name: {labels: number}} as Prometheus would keep it."""

    def told():
        answer = api("ada")("GET", ADDRESS)
        assert answer.status_code == 200
        assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
        found = {}
        for family in text_string_to_metric_families(answer.text):
            assert family.documentation
            for sample in family.samples:
                labels = tuple(sample.labels[name] for name in LABELS if name in sample.labels)
                found.setdefault(sample.name, {})[labels] = sample.value
        return found

    return told


def test_machine_and_containers_are_told(told, services, shop):
    services.sampler.last = snapshot(
        container("shop-web-1", app_id=shop.id, restarts=3, health="healthy", usage=usage(cpu_percent=150.0)),
        container("db", health="unhealthy"),
        at=1_800_000_000.5,
        network_received=None,
    )
    found = told()
    assert found["quayside_host_cpu_used_ratio"] == {(): host().cpu_percent / 100}
    assert found["quayside_host_memory_bytes"] == {(): 8 * GB}
    assert found["quayside_sample_timestamp_seconds"] == {(): 1_800_000_000.5}
    assert "quayside_host_network_receive_bytes_per_second" not in found
    web, other = ("shop", "web.1", "shop-web-1"), ("", "", "db")
    assert found["quayside_container_cpu_used_cores"] == {web: 1.5, other: 0.25}
    assert found["quayside_container_memory_used_bytes"][web] == 200_000_000
    assert found["quayside_container_network_receive_bytes_total"][web] == 1_000
    assert found["quayside_container_restarts_total"] == {web: 3, other: 0}
    assert found["quayside_container_healthy"] == {web: 1, other: 0}
    assert found["quayside_engine_containers_running"] == {(): engine().running}


def test_what_is_stale_is_left_out(told, services):
    services.sampler.last = snapshot(container("one", is_stale=True), container("other"))
    assert list(told()["quayside_container_pids"]) == [("", "", "other")]


def test_before_the_first_sample_the_engine_and_deployments_are_told(told, services, api, succeed):
    api("bob")("POST", "/api/v1/apps/1/deployments")
    succeed(1)
    api("bob")("POST", "/api/v1/apps/1/deployments")
    found = told()
    assert found["quayside_deployments"] == {("shop", "success"): 1, ("shop", "pending"): 1}
    assert found["quayside_engine_up"] == {(): 1}
    assert found["quayside_viewers"] == {(): 0}
    services.engine.inventory.health = Health(ok=False, message="away")
    assert told()["quayside_engine_up"] == {(): 0}


def test_names_are_written_so_that_prometheus_reads_them_back(told, services):
    services.sampler.last = snapshot(container('a"b\\c\nd'))
    assert list(told()["quayside_container_pids"]) == [("", "", 'a"b\\c\nd')]


def test_who_prefers_openmetrics_gets_it(api, services):
    services.sampler.last = snapshot(container("one"))
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = api("ada")("GET", ADDRESS, more_headers=accept)
    assert answer.content_type.startswith("application/openmetrics-text; version=1.0.0")
    assert answer.text.endswith("# EOF\n")


def test_token_that_may_read_is_enough(app, database, people, api):
    body = {"name": "prometheus", "scope": "read", "days": 1}
    token = api("ada")("POST", "/api/v1/account/tokens", json=body).json["token"]
    assert token.startswith(api_tokens.PREFIX)
    headers = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get(ADDRESS, headers=headers).status_code == 200
    assert app.test_client().get(f"{ADDRESS}?token={token}&access_token={token}").status_code == 401


def test_member_is_refused_and_whoever_has_no_token_told_so_in_json(app, bob):
    refused = bob("GET", ADDRESS)
    assert (refused.status_code, refused.json["error"]["kind"]) == (403, "forbidden")
    unknown = app.test_client().get(ADDRESS)
    assert (unknown.status_code, unknown.json["error"]["kind"]) == (401, "not_signed_in")
    assert unknown.headers["WWW-Authenticate"] == "Bearer"


def test_fifty_containers_are_told_once_each(told, services):
    services.sampler.last = snapshot(*(container(f"c{number}") for number in range(50)), at=time.time())
    found = told()
    assert {len(found[name]) for name in found if name.startswith("quayside_container_") and "healthy" not in name} == {
        50
    }
