"""A real engine, a real dashboard and a real browser. Failures leave screenshot and logs in test-results/."""

import contextlib
import re
import shutil
import uuid
from pathlib import Path

import docker
import pytest
import requests

from tests import writers
from tests.dashboard import Dashboard
from tests.end_to_end import deploying
from tests.end_to_end.viewers import Viewer, cookies
from tests.end_to_end.writing import create_container, remove_container
from tests.engines import PrivateEngine

RESULTS = Path(__file__).resolve().parents[2] / "test-results"

_failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


@pytest.fixture(scope="session")
def engine():
    """One engine for all tests that leave it as it is; a test that stops or freezes one takes ``own_engine``."""
    with PrivateEngine() as engine:
        yield engine


@pytest.fixture
def own_engine():
    with PrivateEngine() as engine:
        yield engine


@pytest.fixture
def results(request):
    """The folder for what tells why this test failed; it stays only if it did."""
    folder = RESULTS / re.sub(r"[^\w.-]+", "-", request.node.nodeid.rpartition("/")[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield folder
    if not request.node.stash.get(_failed, False):
        shutil.rmtree(folder)


@pytest.fixture
def dashboard(engine, results, tmp_path):
    """A dashboard of the shared engine."""
    with Dashboard(tmp_path, docker_host=engine.host) as dashboard:
        yield dashboard
        (results / "dashboard.log").write_text(dashboard.log)
        (results / "dockerd.log").write_text(engine.log[-100_000:])


@pytest.fixture
def run(engine):
    """``run(image, command, name=..., **options)`` starts a container on the shared engine; removed afterwards."""
    made = []

    def run(image, command, *, name=None, **options):
        # SIGKILL: a shell as process 1 ignores SIGTERM, and the engine would wait ten seconds for it.
        options = {"stop_signal": "SIGKILL", **options}
        name = name or f"test-{uuid.uuid4().hex[:8]}"
        container = engine.client.containers.run(image, command, name=name, detach=True, **options)
        made.append(container)
        return container

    yield run
    for container in made:
        try:
            container.remove(force=True, v=True)
        except docker.errors.NotFound:
            continue


@pytest.fixture
def create(engine):
    """As ``run``, but the container is left to be started: whoever watches it first misses none of its lines."""
    with contextlib.ExitStack() as stack:

        def create(image, command, *, name=None, **options):
            container = create_container(engine, image, command, name=name, **options)
            stack.callback(remove_container, container)
            return container

        yield create


@pytest.fixture(scope="session")
def shared_dashboard(engine, tmp_path_factory):
    """A dashboard of the shared engine, for tests that leave it as it is: a start and a sign-in take three seconds."""
    with Dashboard(tmp_path_factory.mktemp("shared"), docker_host=engine.host) as dashboard:
        yield dashboard


@pytest.fixture(scope="session")
def shared_session(shared_dashboard):
    with shared_dashboard.http() as session:
        yield session


@pytest.fixture
def watch(shared_dashboard, shared_session, results):
    """``watch(container, **options)`` is a viewer of the shared dashboard, closed afterwards."""
    with contextlib.ExitStack() as stack:

        def watch(container, **options):
            viewer = Viewer(shared_dashboard.address, cookies(shared_session), container, **options)
            return stack.enter_context(viewer)

        yield watch
        (results / "dashboard.log").write_text(shared_dashboard.log[-100_000:])


@pytest.fixture(scope="session")
def deploy_engine():
    """An engine on which nobody but a dashboard under test makes containers: what is left behind can be seen."""
    with PrivateEngine() as engine:
        yield engine


@pytest.fixture(scope="session")
def house(deploy_engine, tmp_path_factory):
    """A dashboard that deploys, for tests that leave it running. Apps are cheap: each test makes its own."""
    with deploying.house(deploy_engine, tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def own_house(tmp_path_factory):
    """The same with an engine of its own, for tests that kill the dashboard or stop the engine."""
    with PrivateEngine() as engine, deploying.house(engine, tmp_path_factory.mktemp("own-house")) as house:
        yield house


@pytest.fixture
def puppet(tmp_path):
    """What makes a container write; it has no container yet."""
    puppet = writers.Puppet(tmp_path)
    yield puppet
    puppet.close()


@pytest.fixture(autouse=True)
def house_kept_clean(request):
    """After a failed test, keep what the dashboard wrote, and remove the apps that it leaves halfway: the tests after
    it look at all that there is."""
    name = next((name for name in ("house", "own_house") if name in request.fixturenames), None)
    if name is None:
        yield
        return
    house = request.getfixturevalue(name)
    results = request.getfixturevalue("results")
    before = {app["id"] for app in house.apps()}
    yield
    (results / "dashboard.log").write_text(house.dashboard.log[-100_000:])
    (results / "dockerd.log").write_text(house.engine.log[-100_000:])
    if request.node.stash.get(_failed, False):
        with contextlib.suppress(requests.RequestException):  # it is dead, and its engine goes with it
            house.remove_apps_beside(before)


@pytest.fixture
def page(request, browser, results):
    """A page in a browser profile of its own. What the browser calls an error fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.screenshot(path=results / "page.png")
    context.close()
    request.node.stash[_failed] = request.node.stash.get(_failed, False) or bool(errors)
    assert not errors, f"errors in the page: {errors}"
