"""One dashboard for all of these tests, over an engine that is a fake. It takes no deployment up, as its lock is held:
records and logs change as another process would change them."""

import contextlib
import time

import pytest

from paas.storage.file_lock import FileLock
from tests.dashboard import Dashboard
from tests.waiting import eventually
from tests.web.live.deployed import Deployed
from tests.web.live.engine import HOUR, FakeDocker
from tests.web.sockets.client import RawSocket

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="package")
def docker(tmp_path_factory):
    folder, began = tmp_path_factory.mktemp("engine"), time.time_ns() - 24 * HOUR
    with FakeDocker(folder, names=("web", "worker", "api"), began=began) as docker:
        yield docker


@pytest.fixture(scope="package")
def served(docker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    lock = FileLock(folder / "data" / "deployments" / "lock")
    assert lock.acquire()
    with Dashboard(folder, docker_host=docker.host, PAAS_TRUSTED_PROXIES="127.0.0.1") as served:
        served.add_user("mia", PASSWORD, role="member")
        yield served
        log = served.log
        served.stop()
    lock.release()
    assert "Traceback" not in log


@pytest.fixture(scope="package")
def deployed(served):
    deployed = Deployed(served.folder / "data")
    yield deployed
    deployed.database.close()


@pytest.fixture(scope="package")
def api(served):
    """ada, who owns the dashboard, by a token."""
    with served.api() as api:
        eventually(lambda: api.get("/healthz").json()["engine"], what="the dashboard knows the engine")
        yield api


@pytest.fixture(scope="package")
def mia(served, api):
    """A member, by a token."""
    with served.api("mia") as mia:
        yield mia


@pytest.fixture(scope="package")
def shop(deployed, api):
    """An app of the container ``web``."""
    return deployed.adopted("web").id


@pytest.fixture
def connect(served, api):
    """``connect("/ws/...", who=api)`` -> an open socket of theirs, with the token as its subprotocol."""
    with contextlib.ExitStack() as stack:

        def connect(path, who=api, **options):
            token = who.headers["Authorization"].removeprefix("Bearer ") if who is not None else None
            return stack.enter_context(RawSocket(served.address, path, token=token, **options))

        yield connect


@pytest.fixture(scope="package")
def worker(deployed, api):
    """An app of the container ``worker``."""
    return deployed.adopted("worker").id


@pytest.fixture(scope="package")
def streamed(deployed, api):
    """An app of the container ``api``."""
    return deployed.adopted("api").id


@pytest.fixture
def logs(connect, shop):
    """``logs(tail=3)`` -> a socket that shows the log of the app."""

    def logs(app=shop, **query):
        return connect(f"/ws/container/logs?appId={app}" + "".join(f"&{name}={text}" for name, text in query.items()))

    return logs
