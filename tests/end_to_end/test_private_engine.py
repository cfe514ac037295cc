"""The tests' own engine can be stopped, killed and frozen, which other tests build on."""

import socket

from tests import images, writers
from tests.engines import PrivateEngine
from tests.waiting import eventually


def test_logs_survive_stop_kill_and_freeze(own_engine):
    container = own_engine.client.containers.run(
        images.python(own_engine), writers.numbered(count=3), detach=True, name="writer"
    )
    container.wait()
    written = container.logs()

    own_engine.stop()
    own_engine.start()
    own_engine.kill()
    own_engine.start()
    own_engine.freeze()
    assert not own_engine.answers(timeout_seconds=0.2)
    own_engine.thaw()
    assert own_engine.answers()

    assert own_engine.client.containers.get("writer").logs() == written
    assert [writers.read_numbered(line).number for line in written.decode().splitlines()] == [0, 1, 2]


def test_puppet_writes_the_very_bytes_it_is_told(engine, run, tmp_path):
    puppet = writers.Puppet(tmp_path)
    container = run(images.python(engine), puppet.command, volumes=puppet.volumes)
    puppet.say("to stdout")
    eventually(lambda: container.logs() == b"to stdout\n")
    puppet.say("to stderr", stream="stderr")
    puppet.say(b"half a line")
    puppet.exit(3)
    assert container.wait()["StatusCode"] == 3
    # The engine holds half a line back until it grows whole or its writer ends.
    assert container.logs(stderr=False) == b"to stdout\nhalf a line"
    assert container.logs(stdout=False) == b"to stderr\n"
    puppet.close()


def test_closed_engine_leaves_nothing_behind():
    with PrivateEngine() as engine:
        image = images.busybox(engine)
        network = engine.client.networks.create("quayside", driver="bridge")
        engine.client.containers.run(image, ["sleep", "100000"], detach=True, init=True, network="quayside")
        folder, bridge = engine.folder, f"br-{network.id[:12]}"
        assert bridge in _interfaces()
    assert not folder.exists()
    assert bridge not in _interfaces()


def _interfaces() -> set[str]:
    return {name for _, name in socket.if_nameindex()}
