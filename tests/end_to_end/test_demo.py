"""``make demo`` and ``make demo-clean`` touch what is theirs and nothing else."""

import json

import pytest

from demo import containers
from tests import images
from tests.waiting import eventually


@pytest.fixture
def clean_engine(engine):
    yield engine
    containers.clean(engine.client)


def test_demo_writes_an_access_log_tracebacks_and_json(clean_engine):
    client = clean_engine.client
    assert "demo-web" in containers.start(client)
    web, worker, api = (client.containers.get(f"demo-{name}") for name in ("web", "worker", "api"))

    eventually(lambda: b'HTTP/1.1" ' in web.logs())
    eventually(lambda: b" INFO job 1001 taken" in worker.logs(stderr=False))
    first = eventually(lambda: api.logs().splitlines()[:1])
    assert json.loads(first[0])["level"] in ("debug", "info", "warn", "error")
    eventually(lambda: b"Traceback (most recent call last):" in worker.logs(stdout=False), 60)
    assert web.logs(stdout=False) == b""


def test_demo_started_twice_stays_the_same(clean_engine):
    containers.start(clean_engine.client)
    before = {container.id for container in clean_engine.client.containers.list()}
    containers.start(clean_engine.client)
    assert {container.id for container in clean_engine.client.containers.list()} == before


def test_demo_refuses_a_name_that_is_taken_and_leaves_it_alone(clean_engine, run):
    client = clean_engine.client
    foreign = run(images.busybox(clean_engine), ["sleep", "100000"], name="demo-web")

    with pytest.raises(containers.NotPossible, match="demo-web: a container of that name exists"):
        containers.start(client)
    assert [container.name for container in client.containers.list(all=True)] == ["demo-web"]

    assert containers.clean(client) == "Nothing of the demo is here."
    foreign.reload()
    assert foreign.status == "running"


def test_clean_removes_the_demo_and_nothing_else(clean_engine, run):
    client = clean_engine.client
    other = run(images.busybox(clean_engine), ["sleep", "100000"])
    containers.start(client)

    assert containers.clean(client) == "Removed: demo-api, demo-web, demo-worker, quayside-demo:1."
    assert [container.id for container in client.containers.list(all=True)] == [other.id]
    assert [tag for image in client.images.list() for tag in image.tags if "demo" in tag] == []
