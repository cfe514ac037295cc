"""What lies between writer and viewer goes away for a while; the viewer comes back and nothing is missing."""

import pytest

from tests import images, writers
from tests.end_to_end.accounts import assert_complete, assert_exact
from tests.end_to_end.proxies import Network
from tests.end_to_end.viewers import Viewer, cookies

BOTH = "stdout,stderr"


def test_network_cut_for_ten_seconds_at_a_thousand_lines_a_second(
    engine, create, watch, shared_dashboard, shared_session
):
    """One network refuses connections, the other swallows what passes, and both lose what was under way."""
    container = create(images.python(engine), writers.numbered(count=13_000, rate=1_000))
    with Network(shared_dashboard.port) as refusing, Network(shared_dashboard.port) as swallowing:
        networks = (refusing, swallowing)
        undisturbed = watch(container.name)
        cookie = cookies(shared_session)
        viewers = [Viewer(network.address, cookie, container.name) for network in networks]
        for viewer in viewers:
            viewer.wait(lambda account: account.statuses)
        container.start()
        undisturbed.wait_for_all(1_500)
        refusing.cut()
        swallowing.blackhole()
        undisturbed.wait_for_all(11_500)
        for network in networks:
            network.heal()
        for viewer in viewers:
            assert_exact(viewer.wait_for_all(13_000), written=13_000)
            # Ten thousand lines were missed: the newest of them are shown, the others counted.
            assert viewer.connections == 2
            assert 0 < viewer.account.skipped < 11_000, viewer.account.says()
            viewer.close()
        assert_complete(undisturbed.account, written=13_000)


def test_short_cuts_lose_nothing_at_all(engine, create, shared_dashboard, shared_session):
    container = create(images.python(engine), writers.numbered(count=2_000, rate=500, stream=BOTH))
    with Network(shared_dashboard.port) as network:
        viewer = Viewer(network.address, cookies(shared_session), container.name)
        with viewer:
            container.start()
            for seen in (400, 1_000, 1_600, 2_200, 2_800):
                viewer.wait_for_all(seen)
                network.heal()
            viewer.wait_for_all(4_000)
        assert viewer.connections == 6
        assert_complete(viewer.account, written=2_000, streams=("stdout", "stderr"))


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_dashboard_started_again_in_mid_stream(engine, create, dashboard, end):
    container = create(images.python(engine), writers.numbered(count=5_000, rate=1_000, stream=BOTH))
    with dashboard.http() as session:
        cookie = cookies(session)
    with Viewer(dashboard.address, cookie, container.name) as viewer:
        container.start()
        viewer.wait_for_all(1_000)
        getattr(dashboard, end)()
        dashboard.start()
        assert_exact(viewer.wait_for_all(10_000), written=5_000, streams=2)
    assert viewer.connections == 2
