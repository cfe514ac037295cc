"""Our containers, on a real engine."""

import re

import pytest

from paas.engine import labels
from paas.engine.workload import NETWORK, Attached, Plan
from paas.errors import Conflict, NotFound
from tests import images
from tests.waiting import eventually

pytestmark = pytest.mark.engine
APP = {labels.APP: "7"}


@pytest.fixture
def make(ours):
    """``make(command, **options)`` starts a container and gives its id."""
    ours.workloads.ensure_network()

    def make(command, *, name="shop.web.1", start=True, **options):
        plan = Plan(name, images.BUSYBOX, {**APP, labels.NUMBER: "1"}, command=("sh", "-c", command), **options)
        made = ours.workloads.create(plan)
        if start:
            ours.workloads.start(made)
        return made

    return make


def test_a_container_is_made_as_planned(ours, make, real_engine):
    ours.workloads.ensure_volume("shop-data", APP)
    made = make(
        "sleep 60",
        environment={"PORT": "5000"},
        restart_policy="on-failure:10",
        memory_bytes=64 << 20,
        cpus=0.5,
        attached=(Attached("shop-data", "/data"), Attached("/etc", "/host", is_host=True, read_only=True)),
        published={18273: 5000},
    )
    row = real_engine.client.api.inspect_container(made)
    host = row["HostConfig"]
    assert "PORT=5000" in row["Config"]["Env"]
    assert (host["Init"], host["Memory"], host["NanoCpus"]) == (True, 64 << 20, 500_000_000)
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 10}
    assert {each["Destination"]: (each["Type"], each["RW"]) for each in row["Mounts"]} == {
        "/data": ("volume", True),
        "/host": ("bind", False),
    }
    workload = ours.workloads.inspect(made)
    assert workload.is_running
    assert (workload.name, workload.published, workload.restart_policy) == ("shop.web.1", (18273,), "on-failure:10")
    assert re.fullmatch(r"172\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+", workload.address)
    assert workload.labels == {**APP, labels.NUMBER: "1", labels.INSTANCE: "0123456789abcdef"}


def test_containers_find_each_other_by_name_and_follow_a_new_one(ours, make):
    asker = make("sleep 60", name="asker")
    old, new = make("sleep 60", name="shop.web.1"), make("sleep 60", name="shop.web.1.d2")
    assert _address(ours, asker, "shop.web.1") == ours.workloads.inspect(old).address
    ours.workloads.rename(old, "shop.web.1.d1")
    ours.workloads.rename(new, "shop.web.1")
    ours.workloads.rename(new, "shop.web.1")
    assert _address(ours, asker, "shop.web.1") == ours.workloads.inspect(new).address


def _address(ours, asker, name):
    _, said = ours.workloads.run(asker, ("busybox", "nslookup", name), seconds=10)
    return re.findall(r"Address: ([\d.]+)$", said, re.MULTILINE)[-1]


def test_what_it_wrote_is_told_from_the_first_byte_by_stream(ours, make):
    made = make("echo out; echo err >&2; sleep 0.3; echo last; exit 3")
    pieces = list(ours.workloads.output(made))
    assert b"".join(data for stream, data in pieces if stream == "o") == b"out\nlast\n"
    assert b"".join(data for stream, data in pieces if stream == "e") == b"err\n"
    assert eventually(lambda: ours.workloads.inspect(made).exit_code) == 3
    assert sorted(ours.workloads.tail(made, 10)) == ["err", "last", "out"]
    assert len(ours.workloads.tail(made, 1)) == 1


def test_a_command_inside_tells_its_code_and_words(ours, make):
    made = make("sleep 60")
    assert ours.workloads.run(made, ("sh", "-c", "echo well; exit 4"), seconds=10) == (4, "well\n")


def test_a_signal_reaches_it_and_what_has_stopped_is_left_alone(ours, make):
    made = make("trap 'exit 5' TERM; while true; do sleep 0.05; done")
    eventually(lambda: ours.workloads.inspect(made).is_running)
    ours.workloads.signal(made, "SIGTERM")
    eventually(lambda: not ours.workloads.inspect(made).is_running)
    ours.workloads.signal(made, "SIGKILL")
    assert ours.workloads.inspect(made).finished_at is not None


def test_its_restart_policy_can_be_changed(ours, make):
    made = make("sleep 60", restart_policy="always")
    for policy in ("no", "on-failure:3", "unless-stopped"):
        ours.workloads.set_restart_policy(made, policy)
        assert ours.workloads.inspect(made).restart_policy == policy


def test_a_taken_name_and_a_missing_image_are_told(ours, make):
    make("sleep 60", name="shop.web.1")
    with pytest.raises(Conflict, match=r"shop\.web\.1.* already in use"):
        make("sleep 60", name="shop.web.1")
    with pytest.raises(NotFound, match="Image no/such:1 not found"):
        ours.workloads.create(Plan("shop.web.2", "no/such:1", APP))


def test_a_taken_port_is_told_in_the_engines_words(ours, make):
    make("sleep 60", name="one", published={18274: 80})
    with pytest.raises(Exception, match="port is already allocated"):
        make("sleep 60", name="two", published={18274: 80})


def test_what_is_not_ours_is_not_found_and_not_touched(ours, make, real_engine):
    theirs = real_engine.client.containers.run(
        images.BUSYBOX,
        ["sleep", "60"],
        detach=True,
        labels={labels.APP: "7", labels.INSTANCE: "another"},
        network="none",
    )
    try:
        made = make("sleep 60")
        assert [workload.id for workload in ours.workloads.find(APP)] == [made]
        for touch in (
            lambda: ours.workloads.start(theirs.id),
            lambda: ours.workloads.signal(theirs.id, "SIGKILL"),
            lambda: ours.workloads.rename(theirs.id, "mine"),
            lambda: ours.workloads.tail(theirs.id, 1),
            lambda: ours.workloads.run(theirs.id, ("true",), seconds=5),
        ):
            with pytest.raises(NotFound, match="not one of this dashboard's"):
                touch()
        ours.workloads.remove(theirs.id)
        theirs.reload()
        assert theirs.status == "running"
    finally:
        theirs.remove(force=True)


def test_a_volume_of_somebody_else_is_refused(ours, real_engine):
    real_engine.client.volumes.create("precious")
    with pytest.raises(Conflict, match="precious"):
        ours.workloads.ensure_volume("precious", APP)
    ours.workloads.ensure_volume("shop-more", {labels.APP: "8"})
    assert ours.workloads.volumes({labels.APP: "8"}) == ["shop-more"]
    ours.workloads.remove_volume("shop-more")
    assert ours.workloads.volumes({labels.APP: "8"}) == []


def test_the_network_is_made_once(ours, real_engine):
    ours.workloads.ensure_network()
    ours.workloads.ensure_network()
    assert len(real_engine.client.networks.list(names=[NETWORK])) == 1
