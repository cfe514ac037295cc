"""What many viewers cost the engine: what one costs."""

from tests import images, writers
from tests.dashboard import Dashboard
from tests.end_to_end.proxies import EngineCounter
from tests.end_to_end.viewers import Viewer, cookies, viewers
from tests.waiting import eventually


def test_fifty_viewers_ask_the_engine_no_more_than_one(engine, create, results, tmp_path):
    with EngineCounter(tmp_path, engine.host) as counter, Dashboard(tmp_path, docker_host=counter.host) as dashboard:
        with dashboard.http() as session:
            cookie = cookies(session)

        def make(container) -> Viewer:
            return Viewer(dashboard.address, cookie, container.name)

        def asked_by(count: int) -> dict[str, int]:
            container = create(images.python(engine), writers.numbered(count=1_500, rate=500))
            eventually(lambda: container.logs() == b"")
            before = counter.asked.copy()
            with viewers(lambda _: make(container), count) as watching:
                container.start()
                for viewer in watching:
                    viewer.wait_for_all(1_500)
                    assert viewer.account.shown == 1_500
                watching[0].wait(lambda account: account.kinds[-1:] == ["exited"])
            asked = counter.asked - before
            # The inventory asks by the clock, whoever watches.
            return {kind: number for kind, number in asked.items() if kind.endswith("/logs")}

        one, fifty = asked_by(1), asked_by(50)
        (results / "dashboard.log").write_text(dashboard.log)
    assert one == fifty
    assert 0 < one["GET /containers/ID/logs"] <= 8, one
