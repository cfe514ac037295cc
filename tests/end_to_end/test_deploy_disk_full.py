"""The engine's disk fills up while an image is built: the deployment says so, the app goes on, and so does the next."""

import pytest

from tests.end_to_end import deploying, samples
from tests.end_to_end.leftovers import assert_nothing_left_behind
from tests.engines import PrivateEngine

DISK_BYTES = 64 << 20


@pytest.fixture
def own_house(tmp_path):
    with PrivateEngine(disk_bytes=DISK_BYTES) as engine, deploying.house(engine, tmp_path) as house:
        yield house


@pytest.mark.parametrize("by", ["a command", "a file"])
def test_full_disk_fails_the_build_and_leaves_the_disk_as_it_was(own_house, by):
    app = own_house.app(samples.web("version 1"))
    app.deploy()
    if by == "a command":
        bad = samples.web("bad", dockerfile=samples.dockerfile("RUN dd if=/dev/zero of=/filled bs=1M count=100"))
    else:
        bad = {**samples.web("bad"), "www/large": bytes(100 << 20)}
    with app.asked() as asked:
        deployment = app.deploy(bad, status="failed")
        asked.assert_always("version 1")
    assert deployment.record()["stage"] == "building_image"
    assert "no space left" in deployment.log().lower()
    app.deploy(samples.web("version 2"))
    with app.asked() as asked:
        asked.assert_always("version 2")
    assert_nothing_left_behind(own_house)
