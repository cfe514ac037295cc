"""What all tests share: a test that needs an engine, a browser, PostgreSQL or sshd says so by itself, and in CI must
not be skipped; and an empty database of each kind."""

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator

import hypothesis
import pytest

# A deadline would assert speed. In CI the examples are the same in every run; elsewhere new ones are looked for.
hypothesis.settings.register_profile("ours", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("ours")

NEEDS = {
    **dict.fromkeys(("engine", "own_engine", "deploy_engine", "dashboard", "house", "own_house", "yard"), "engine"),
    **dict.fromkeys(("browser", "page"), "browser"),
}
CI_HAS = ("engine", "browser", "postgresql", "ssh")
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
"""Whether this process runs tests for another one, which was started by the person."""


def pytest_configure(config: pytest.Config) -> None:
    # A cancelled CI run sends SIGTERM: as with Ctrl-C, fixtures then end the engines and browsers that they started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Who is started in the background ignores Ctrl-C, as would all that is started from there.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_keyboard_interrupt() -> None:
    """The processes that run the tests hear of it too, and have time to end what they started."""
    import psutil  # noqa: PLC0415 - only then

    if IS_WORKER:
        return
    workers = psutil.Process().children()
    for worker in workers:
        worker.terminate()
    psutil.wait_procs(workers, timeout=60)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(exitstatus: int) -> Iterator[None]:
    yield
    if IS_WORKER and exitstatus == pytest.ExitCode.INTERRUPTED:
        os._exit(exitstatus)  # all is torn down; else it would wait to be asked for more


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by fixture, so that no one has to remember to. Elsewhere an ``engine`` may be a fake one."""
    for item in items:
        if {"end_to_end", "viewer", "live"} & set(item.path.parts):
            for marker in sorted({NEEDS[name] for name in getattr(item, "fixturenames", ()) if name in NEEDS}):
                item.add_marker(marker)
        fixtures = set(getattr(item, "fixturenames", ()))
        if "real_engine" in fixtures:
            item.add_marker("engine")
        if {"cluster", "own_cluster"} & fixtures:
            item.add_marker("postgresql")
        if "ssh_server" in fixtures:
            item.add_marker("ssh")


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests: Playwright's synchronous side can be started once in a process."""
    from tests.browser import find_chromium, launch  # noqa: PLC0415 - as below

    if find_chromium() is None:
        pytest.skip("browser: no Chromium on this machine (Debian: apt-get install chromium)")
    with launch() as started:
        yield started


@pytest.fixture(scope="session")
def cluster():
    """One PostgreSQL for all tests that leave it as it is; a test that stops or freezes one takes ``own_cluster``."""
    from tests.clusters import PrivateCluster  # noqa: PLC0415 - test_skips runs this file where there is no such module

    with PrivateCluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request, tmp_path):
    """An empty database of either kind, which the operator could have named."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/kept/quayside.db"
    else:
        with request.getfixturevalue("cluster").database() as url:
            yield url


@pytest.fixture(scope="session")
def newest_schema(tmp_path_factory):
    """A file of SQLite that was migrated once, to be copied: the way there has tests of its own."""
    from paas.storage.database import Database  # noqa: PLC0415 - as above

    path = tmp_path_factory.mktemp("schema") / "quayside.db"
    with contextlib.closing(Database(f"sqlite:///{path}")) as database:
        database.migrate()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def migrated_url(request, tmp_path):
    """A database of either kind, with the newest schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('newest_schema'), tmp_path)}"
    else:
        with request.getfixturevalue("cluster").migrated_database() as url:
            yield url


@pytest.fixture
def database(migrated_url):
    from paas.storage.database import Database  # noqa: PLC0415 - as above

    with contextlib.closing(Database(migrated_url)) as database:
        yield database


@pytest.fixture
def cheap_hashing(monkeypatch):
    """Hashing of passwords that costs nothing."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - as above

    from paas.accounts import passwords  # noqa: PLC0415 - as above

    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def real_engine():
    """A real engine for what is made on one without a dashboard; who follows and asks is tested with a scripted one."""
    from tests import images  # noqa: PLC0415 - as above
    from tests.engines import PrivateEngine  # noqa: PLC0415 - as above

    with PrivateEngine() as engine:
        images.busybox(engine)
        yield engine


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Where CI promised an engine, a browser, PostgreSQL and sshd, a skipped test would be a hole that no one sees."""
    report = yield
    needs = [name for name in CI_HAS if item.get_closest_marker(name)]
    if report.skipped and needs and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI=true forbids for tests that need {' and '.join(needs)}: {call.excinfo}"
    return report
