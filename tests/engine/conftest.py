"""A real engine for what is made on one; who follows and asks is tested with a scripted one."""

import pytest

from paas.engine.engine import Engine
from paas.settings import Settings
from tests import images
from tests.engines import PrivateEngine


@pytest.fixture(scope="session")
def real_engine():
    with PrivateEngine() as engine:
        images.busybox(engine)
        yield engine


@pytest.fixture
def ours(real_engine):
    """The engine as the house sees it, for a dashboard of which the engine has nothing yet."""
    engine = Engine(Settings(docker_host=real_engine.host), "0123456789abcdef")
    yield engine
    for workload in engine.workloads.find():
        engine.workloads.remove(workload.id)
