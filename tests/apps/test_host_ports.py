"""Ports that a new app may be given."""

from paas.apps import host_ports
from paas.engine.containers import Container


def container(*ports):
    return Container(id="c", name="c", image="i", state="running", status="Up", ports=ports)


def test_published_tcp_ports_are_held_and_others_are_not():
    held = host_ports.of_containers([container("8100->80/tcp", "443/tcp"), container("53->53/udp"), container()])
    assert held == {8100}


def test_first_free_port_is_suggested():
    assert host_ports.suggested(set()) == 8100
    assert host_ports.suggested({8100, 8101, 8103, 80}) == 8102


def test_nothing_is_suggested_when_every_port_is_taken():
    assert host_ports.suggested(set(range(8100, 65536))) is None
