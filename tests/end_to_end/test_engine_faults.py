"""The engine is restarted, killed, frozen or away: the viewer sees a marker, not an end, and misses no line."""

import contextlib

import pytest

from tests import images, writers
from tests.dashboard import Dashboard
from tests.end_to_end.accounts import assert_complete, assert_exact
from tests.end_to_end.viewers import Viewer, cookies
from tests.end_to_end.writing import create_container
from tests.engines import PrivateEngine

BOTH = "stdout,stderr"


@contextlib.contextmanager
def dashboard_of(engine, folder, results):
    """A dashboard and a way to watch through it."""
    with contextlib.ExitStack() as stack:
        dashboard = stack.enter_context(Dashboard(folder, docker_host=engine.host))
        with dashboard.http() as session:
            cookie = cookies(session)
        try:
            yield (
                dashboard,
                lambda name, **options: stack.enter_context(Viewer(dashboard.address, cookie, name, **options)),
            )
        finally:
            (results / "dashboard.log").write_text(dashboard.log)
            (results / "dockerd.log").write_text(engine.log[-100_000:])


@pytest.fixture
def watched_engine(own_engine, results, tmp_path):
    with dashboard_of(own_engine, tmp_path, results) as (dashboard, watch):
        yield own_engine, dashboard, watch


@pytest.fixture
def enduring_engine(results, tmp_path):
    """Its containers run on while it is away."""
    with PrivateEngine(live_restore=True) as engine, dashboard_of(engine, tmp_path, results) as (dashboard, watch):
        yield engine, dashboard, watch


def test_restart_of_the_engine_ends_containers_and_loses_no_line(watched_engine):
    engine, _, watch = watched_engine
    container = create_container(
        engine, images.python(engine), writers.numbered(count=100_000, rate=1_000, stream=BOTH), name="web"
    )
    viewer = watch("web")
    container.start()
    viewer.wait_for_all(2_000)
    engine.stop()
    viewer.wait(lambda account: account.statuses[-1]["state"] == "lost")
    assert "engine" in viewer.account.statuses[-1]["message"]
    engine.start()
    viewer.wait(lambda account: account.kinds[-1:] == ["exited"], 30)
    written = container.logs().count(b"\n")
    assert viewer.account.shown == written
    assert viewer.account.skipped == 0
    for numbers in viewer.account.numbers.values():
        assert numbers == list(range(len(numbers)))
    kinds = viewer.account.kinds
    assert kinds.index("engine_lost") < kinds.index("engine_back") < kinds.index("exited")

    container.start()
    viewer.wait(lambda account: account.shown > written + 500)
    assert viewer.account.kinds[-1] == "started"
    assert viewer.account.statuses[-1]["state"] == "live"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_engine_away_while_containers_run_on_loses_no_line(enduring_engine, end):
    engine, _, watch = enduring_engine
    # Few enough that the pipe holds what is written while no engine reads it.
    container = create_container(
        engine, images.python(engine), writers.numbered(count=1_500, rate=300, stream=BOTH), name="web"
    )
    viewer = watch("web")
    container.start()
    viewer.wait_for_all(500)
    getattr(engine, end)()
    viewer.wait(lambda account: account.statuses[-1]["state"] == "lost")
    engine.start()
    container.wait()
    written = container.logs().count(b"\n")
    account = viewer.wait_for_all(written)
    assert account.shown == written
    assert "engine_back" in account.kinds
    for numbers in account.numbers.values():
        assert numbers == sorted(set(numbers))


def test_frozen_engine_for_five_seconds_is_told_and_loses_no_line(watched_engine):
    engine, _, watch = watched_engine
    container = create_container(engine, images.python(engine), writers.numbered(count=8_000, rate=1_000), name="web")
    viewer = watch("web")
    container.start()
    viewer.wait_for_all(1_000)
    engine.freeze()
    viewer.wait(lambda account: account.statuses[-1]["state"] == "lost", 10)
    engine.thaw()
    # What was written meanwhile comes at once, more than a viewer may be sent unconfirmed.
    assert_exact(viewer.wait_for_all(8_000), written=8_000)
    assert viewer.account.statuses[-1]["state"] in ("live", "ended")
    assert [kind for kind in viewer.account.kinds if kind.startswith("engine")] == ["engine_lost", "engine_back"]


def test_viewer_that_comes_back_while_the_engine_is_frozen_misses_nothing(watched_engine):
    """Its position lies far back, in the file that nobody can read now."""
    engine, _, watch = watched_engine
    container = create_container(engine, images.python(engine), writers.numbered(count=20_000, rate=4_000), name="web")
    first, undisturbed = watch("web"), watch("web")
    container.start()
    first.wait_for_all(100)
    first.close()
    undisturbed.wait_for_all(12_000)
    engine.freeze()
    undisturbed.wait(lambda account: account.statuses[-1]["state"] == "lost", 10)
    back = watch("web", position=first.account.position)
    back.wait(lambda account: account.statuses[-1]["state"] == "lost")
    engine.thaw()
    undisturbed.wait_for_all(20_000)
    back.wait(lambda account: account.numbers.get("stdout", [0])[-1] == 19_999)
    before = len(first.account.numbers["stdout"])
    back.account.numbers["stdout"] = first.account.numbers["stdout"] + back.account.numbers["stdout"]
    assert before > 0
    assert_exact(back.account, written=20_000)


def test_dashboard_and_engine_away_at_once(watched_engine):
    """The dashboard comes back first and has never seen this engine."""
    engine, dashboard, watch = watched_engine
    container = create_container(engine, images.python(engine), writers.numbered(count=5_000, rate=5_000), name="web")
    viewer = watch("web")
    container.start()
    viewer.wait_for_all(2_000)
    dashboard.kill()
    container.wait()
    engine.stop()
    dashboard.start()
    engine.start()
    assert_exact(viewer.wait_for_all(5_000, 40), written=5_000)


def test_clock_that_steps_back_is_told_and_loses_no_line(watched_engine, tmp_path):
    """The machine's clock is not the test's to set: the file is written as such an engine would have written it."""
    engine, _, watch = watched_engine
    container = create_container(engine, images.busybox(engine), ["sleep", "100000"], name="web")
    container.start()
    viewer = watch("web", keeps_rows=True)
    path = engine.folder / "data" / "containers" / container.id / f"{container.id}-json.log"

    def write(number: int, time: str) -> None:
        with path.open("a") as file:
            file.write(f'{{"log":"{number} line\\n","stream":"stdout","time":"{time}"}}\n')

    for number in range(3):
        write(number, f"2026-11-20T10:00:0{number}.000000001Z")
    viewer.wait(lambda account: account.shown == 3)
    for number in range(3, 6):
        write(number, f"2026-11-20T09:00:0{number}.000000001Z")
    viewer.wait(lambda account: account.shown == 6)
    write(6, "2026-11-20T09:00:07.000000001Z")
    viewer.wait(lambda account: account.shown == 7)
    assert_complete(viewer.account, written=7)
    assert viewer.account.order[3] == "resynchronised"
