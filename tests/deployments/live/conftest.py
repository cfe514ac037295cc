"""The pipeline on a real engine that is left running."""

import pytest

from tests.deployments.live.yard import Yard


@pytest.fixture
def yard(real_engine, tmp_path):
    yard = Yard(real_engine, tmp_path)
    yield yard
    yard.close()
