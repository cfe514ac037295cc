"""Two containers of the app."""

import pytest

from tests.logs.shop import make


@pytest.fixture
def web(engine):
    return make(engine, "web.1").start()


@pytest.fixture
def worker(engine):
    return make(engine, "worker.1").start()
