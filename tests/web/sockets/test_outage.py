"""What raw viewers are told when the engine goes away and when the dashboard does; on a dashboard of their own."""

import time

from tests.dashboard import Dashboard
from tests.waiting import eventually
from tests.web.live.deployed import Deployed
from tests.web.live.engine import HOUR, FakeDocker
from tests.web.sockets.client import RawSocket


def test_engine_that_is_lost_is_told_once_and_a_dashboard_that_stops_says_goodbye(tmp_path):
    with (
        FakeDocker(tmp_path, began=time.time_ns() - HOUR) as docker,
        Dashboard(tmp_path / "served", docker_host=docker.host) as served,
        served.api() as api,
    ):
        eventually(lambda: api.get("/healthz").json()["engine"])
        deployed = Deployed(tmp_path / "served" / "data")
        app = deployed.adopted("web").id
        docker.say_at("web", [(time.time_ns(), "past")])
        token = api.headers["Authorization"].removeprefix("Bearer ")
        with (
            RawSocket(served.address, f"/ws/container/logs?appId={app}", token=token) as logs,
            RawSocket(served.address, f"/api/v1/apps/{app}/logs/stream", token=token) as stream,
        ):
            stream.read_until(lambda: stream.frames == ["past"])
            docker.say_at("web", [(time.time_ns(), "live")])
            logs.wait_for_lines("past", "live")
            stream.read_until(lambda: stream.frames == ["past", "live"])
            docker.vanish()
            error = logs.wait_for("error")
            assert error["message"].startswith("Connection timeout: ")
            assert logs.code is None
            with RawSocket(served.address, f"/api/v1/apps/{app}/logs/stream", token=token) as late:
                late.read_to_the_end()
                assert late.code == 1013
            assert served.stop() == 0
            for client in (logs, stream):
                client.read_to_the_end()
                assert (client.code, client.reason) == (1001, "The dashboard is stopping. It will be back.")
            assert len(logs.all("error")) == 1
        deployed.database.close()
        assert "Traceback" not in served.log
