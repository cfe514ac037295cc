"""A real engine for the pipeline, shared by all tests that leave it running."""

import pytest

from tests import images
from tests.deployments.live.yard import Yard
from tests.engines import PrivateEngine


def pytest_collection_modifyitems(items):
    for item in items:
        if "live" in item.path.parts:
            item.add_marker("engine")


@pytest.fixture(scope="session")
def engine():
    with PrivateEngine() as engine:
        images.busybox(engine)
        yield engine


@pytest.fixture
def yard(engine, tmp_path):
    yard = Yard(engine, tmp_path)
    yield yard
    yard.close()
