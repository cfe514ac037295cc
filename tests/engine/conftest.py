"""The engine as the house sees it."""

import pytest

from paas.engine.engine import Engine
from paas.settings import Settings
from tests.engine.scripted_socket import Engine as ScriptedEngine


@pytest.fixture
def ours(real_engine):
    """For a dashboard of which the engine has nothing yet."""
    engine = Engine(Settings(docker_host=real_engine.host), "0123456789abcdef")
    yield engine
    for workload in engine.workloads.find():
        engine.workloads.remove(workload.id)


@pytest.fixture
def engine(tmp_path):
    engine = ScriptedEngine(tmp_path / "engine.sock")
    yield engine
    engine.close()
