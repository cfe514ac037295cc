"""An app's log is the log of all its processes, old and new containers, merged in time order: each line once, and the
same view goes on whatever becomes of a container, of the dashboard or of the engine."""

import threading
from itertools import pairwise

import pytest

from tests import images, writers
from tests.end_to_end.app_logs import (
    assert_is_log_of,
    hand_made,
    have_written,
    process_of,
    rows_of,
    writing_app,
    written,
)
from tests.end_to_end.viewers import Viewer, cookies
from tests.waiting import eventually

SECONDS = 60
"""More than anything here takes on a slow machine."""

PROCESSES = ("web.1", "worker.1", "worker.2")


@pytest.fixture
def watch_app():
    """``watch_app(app, ...)`` is a viewer of the app's log, closed afterwards."""
    made = []

    def watch_app(app, **options):
        made.append(viewer_of(app, **options))
        return made[-1].__enter__()

    yield watch_app
    for viewer in made:
        viewer.close()


def viewer_of(app, **options):
    with app.house.dashboard.http() as session:
        return Viewer(app.house.dashboard.address, cookies(session), app=app.name, keeps_rows=True, **options)


@pytest.fixture
def app(house):
    """Nothing is deployed of it."""
    return house.app(kind="image", image="nginx")


@pytest.fixture
def make(app):
    with hand_made(app) as made:
        yield made.make


@pytest.fixture
def writing(own_house, watch_app):
    """An app whose three containers write 600 lines each, and a viewer who has seen the first of them."""
    app = an_app(own_house, count=600, rate=200)
    viewer = watch_app(app)
    app.deploy()
    viewer.wait_for_all(300, SECONDS)
    return app, viewer


def an_app(house, **writes):
    """One of Git, with a ``web`` and two ``worker`` that write once it is deployed."""
    images.python(house.engine)
    app = house.app(writing_app(**writes))
    app.change(scale={"web": 1, "worker": 2})
    return app


def test_what_several_containers_write_is_one_log_in_the_order_of_its_times(make, watch_app, app):
    command = writers.numbered(count=400, rate=200)
    containers = [make(process, command) for process in PROCESSES]
    viewer = watch_app(app)
    for container in containers:
        container.start()  # each joins while those before it write
        viewer.wait(lambda account, container=container: len(rows_of(account, container)) > 20, SECONDS)
    viewer.wait(lambda account: account.kinds.count("exited") == 3, SECONDS)
    account = viewer.wait_for_all(1_200, SECONDS)
    assert_is_log_of(account, containers)
    assert account.skipped == 0
    assert account.statuses[-1]["processes"] == list(PROCESSES)
    for process in PROCESSES:
        assert [each["kind"] for each in account.markers if each["process"] == process] == ["started", "exited"]

    # One that comes late stands where it comes. Unmerged, hundreds would: whatever the others wrote during a batch.
    late = [later for earlier, later in pairwise(account.rows) if later.time < earlier.time]
    assert len(late) < 60, f"{len(late)} lines stand after younger ones"


def test_a_container_that_fails_says_so_after_its_last_line_and_the_others_go_on(make, watch_app, app, puppet):
    make("web.1", writers.numbered(count=100_000, rate=100)).start()
    failing = make("worker.1", puppet.command, volumes=puppet.volumes)
    viewer = watch_app(app)
    failing.start()
    puppet.say("last words")
    puppet.exit(3)
    viewer.wait(lambda account: "exited" in account.kinds, SECONDS)
    account = viewer.account
    (marker,) = (each for each in account.markers if each["kind"] == "exited")
    assert (marker["process"], marker["message"]) == ("worker.1", "worker.1 exited with code 3")
    assert [each for each in account.order if not each[0].isdigit()][-2:] == ["last words", "exited"]
    viewer.wait_for_all(account.shown + 50, SECONDS)
    assert account.statuses[-1]["state"] == "live"


def test_slow_viewer_is_shown_or_told_of_every_line(make, watch_app, app):
    """It confirms nothing until all is written: what there was no room for is declared, whichever container's it is."""
    containers = [make(process, writers.numbered(count=5_000, stream="stdout,stderr")) for process in PROCESSES]
    may_go_on = threading.Event()
    slow, quick = watch_app(app, confirms=may_go_on.is_set), watch_app(app)
    for container in containers:
        container.start()
    assert_is_log_of(quick.wait_for_all(30_000, SECONDS), containers)
    assert slow.account.shown < 30_000 - slow.account.skipped
    may_go_on.set()
    slow.confirm()
    assert_is_log_of(slow.wait_for_all(30_000, SECONDS), containers)
    assert slow.account.skipped > 10_000


@pytest.fixture(scope="module")
def redeployed(house):
    """An app that was deployed twice, its containers of both, and what a viewer saw who was there all the time."""
    app = an_app(house, count=100_000, rate=100)
    with viewer_of(app) as viewer:
        app.deploy()
        viewer.wait_for_all(300, SECONDS)
        app.deploy(writing_app(count=200, rate=200, version=2))
        containers = house.containers(app=app.id)
        eventually(lambda: have_written(house.containers(app=app.id, deployment_number=2), 200), SECONDS)
        viewer.wait(lambda account: account.kinds.count("exited") == 3, SECONDS)
        viewer.wait_for_all(sum(len(written(each)) for each in containers), SECONDS)
        assert viewer.connections == 1
    return app, containers, viewer.account


def test_the_same_view_goes_on_through_a_redeployment(redeployed):
    app, containers, account = redeployed
    assert_is_log_of(account, containers)
    assert account.skipped == 0
    said = [each["message"] for each in account.markers if each["kind"] == "deployment"]
    assert [message.partition(",")[0] for message in said] == ["Deployment 1", "Deployment 2"]
    assert f"commit {app.repository.head()[:7]}" in said[1]

    first_of_new = min(account.order.index(written(each)[0]) for each in containers if is_of(each, 2))
    assert [each for each in account.order[:first_of_new] if each == "deployment"] == ["deployment"] * 2
    for container in containers:
        if is_of(container, 1):
            end = account.order.index(written(container)[-1])
            assert "exited" in account.order[end:]


def is_of(container, deployment):
    return container.labels["quayside.deployment.number"] == str(deployment)


@pytest.mark.parametrize("limit", [150, 900])
@pytest.mark.parametrize("side", ["before", "after"])
def test_pages_through_old_and_new_containers_hold_each_line_once(redeployed, side, limit):
    app, containers, account = redeployed
    pages, place, more = [], "", True
    while more:
        page = app.house.say("GET", f"/apps/{app.id}/logs?{side}={place}&limit={limit}")
        pages.append(page)
        place, more = page[side], page["more"]
    pages = pages[::-1] if side == "before" else pages
    lines = [line for page in pages for line in page["lines"]]
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
    for container in containers:
        found = [line["text"] for line in lines if line["position"].startswith(container.id[:12])]
        assert found == written(container), container.name
    assert len(lines) == account.shown
    markers = [(marker["kind"], marker["message"], marker["time"]) for page in pages for marker in page["markers"]]
    assert sorted(markers) == sorted((each["kind"], each["message"], each["time"]) for each in account.markers)


def test_killed_dashboard_goes_on_where_each_container_was(own_house, writing):
    """What was written meanwhile comes, or is declared."""
    app, viewer = writing
    own_house.dashboard.kill()
    own_house.dashboard.start()
    containers = own_house.containers(app=app.id)
    assert_is_log_of(viewer.wait_for_all(1_800, SECONDS), containers)
    assert viewer.connections == 2
    assert [each.status for each in containers] == ["running"] * 3


def test_restarted_engine_loses_no_line_and_starts_no_other_view(own_house, writing):
    app, viewer = writing
    own_house.engine.stop()
    viewer.wait(lambda account: account.statuses[-1]["state"] == "lost", SECONDS)
    own_house.engine.start()
    viewer.wait(lambda account: account.kinds.count("started") == 6, SECONDS)
    containers = own_house.containers(app=app.id)
    eventually(lambda: have_written(containers, 600, runs=2), SECONDS)
    account = viewer.wait_for_all(sum(len(written(each)) for each in containers), SECONDS)
    assert_is_log_of(account, containers)
    assert viewer.connections == 1
    assert [kind for kind in account.kinds if kind.startswith("engine")] == ["engine_lost", "engine_back"]
    for process in map(process_of, containers):
        own = [each["kind"] for each in account.markers if each["process"] == process]
        assert own in (["started", "exited", "started"], ["started", "started"])  # its end may be too quick to be seen
