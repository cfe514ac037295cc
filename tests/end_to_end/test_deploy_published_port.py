"""An app on a port of the host: the old version must stop before the new one starts, and comes back if that fails."""

import pytest

from tests.dashboard import free_port
from tests.end_to_end import holding, samples
from tests.end_to_end.answering import Answering
from tests.end_to_end.leftovers import assert_nothing_left_behind

LONGEST_GAP_SECONDS = 10
"""Not a promise: so much shows that the old version did not stop before it had to."""


@pytest.fixture
def app(house):
    app = house.app(samples.web("version 1"), published_port=free_port())
    app.deploy()
    yield app
    assert_nothing_left_behind(house)


@pytest.fixture
def asked(app):
    with Answering(("127.0.0.1", app.row()["published_port"])) as asked:
        asked.assert_always("version 1")
        yield asked


def test_swap_on_a_host_port_has_one_short_gap(app, asked, record_property):
    app.deploy(samples.web("version 2"))
    asked.assert_serves("version 2")
    texts = [answer.text for answer in asked.answers if not answer.failure]
    assert texts == sorted(texts)
    record_property("gap_seconds", round(asked.longest_gap_seconds, 3))
    assert asked.longest_gap_seconds < LONGEST_GAP_SECONDS, asked.says()


@pytest.mark.parametrize(
    "command",
    ['["sh", "-c", "exit 1"]', '["no-such-program"]', '["httpd", "-f", "-p", "8080", "-h", "/www"]'],
    ids=["it exits at once", "its program is not there", "it listens on another port"],
)
def test_old_version_is_back_after_a_failed_swap(app, asked, command):
    before = app.container().id
    few = {**samples.UP, "attempts": 2, "timeout": 1}
    app.deploy(samples.web("bad", dockerfile=samples.dockerfile(command=command), checks=[few]), status="failed")
    asked.assert_serves("version 1")
    assert set(asked.texts) == {"version 1"}
    assert app.container().id == before


def test_nothing_stops_when_the_build_or_the_release_fails(app, asked):
    app.deploy(samples.web("bad", dockerfile=samples.dockerfile("RUN false")), status="failed")
    app.deploy(samples.with_procfile("bad", f"web: {samples.SERVES}\nrelease: false\n"), status="failed")
    asked.assert_always("version 1")


def test_old_version_is_back_after_a_cancelled_swap(app, asked):
    with holding.held(app, "checking") as deployment:
        deployment.cancel()
        deployment.wait("cancelled")
        asked.assert_serves("version 1")
