"""A deployment that goes wrong ends as failed and says why; the version before it answers throughout."""

import shutil
import socket
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.end_to_end import samples
from tests.end_to_end.deploying import ADeployment
from tests.end_to_end.leftovers import assert_nothing_left_behind
from tests.repositories import Files

PROCFILE = f"web: {samples.SERVES}\n"
FEW = {"attempts": 2, "wait": 1, "timeout": 1}
ASKED_TWICE = {**samples.UP, **FEW}
NOT_READY = ["sh", "-c", "echo not ready; exit 1"]
STAYS = {"type": "startup", "name": "stays", "uptime": 2}


@dataclass(frozen=True)
class Bad:
    """A version that cannot be deployed: where that ends, and words that its record and its log must hold."""

    files: Files
    stage: str
    error: tuple[str, ...]
    log: tuple[str, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)


BAD = {
    "a step of the Dockerfile fails": Bad(
        samples.web("bad", dockerfile=samples.dockerfile("RUN echo about to fail; exit 7")),
        "building_image",
        ("returned a non-zero code: 7",),
        ("about to fail",),
    ),
    "the Dockerfile cannot be read": Bad(
        samples.web("bad", dockerfile="FRM nothing\n"), "building_image", ("unknown instruction",)
    ),
    "the Dockerfile is empty": Bad(samples.web("bad", dockerfile=""), "building_image", ("Dockerfile",)),
    "the base image is not there": Bad(
        samples.web("bad", dockerfile="FROM localhost:1/nothing:1\n"), "building_image", ("localhost:1",)
    ),
    "nothing says how to build it": Bad({"notes.txt": "x"}, "building_image", ("Dockerfile",)),
    "the release command fails": Bad(
        samples.with_procfile("bad", f"{PROCFILE}release: echo migrating; exit 3\n"),
        "releasing",
        ("release", "3"),
        ("migrating",),
    ),
    "the Procfile has a stray line": Bad(
        samples.with_procfile("bad", f"{PROCFILE}<<<<<<< HEAD\n"), "building_image", ("Procfile", "line 2")
    ),
    "the Procfile is empty": Bad(samples.with_procfile("bad", "# nothing yet\n"), "building_image", ("Procfile",)),
    "app.json is not JSON": Bad({**samples.web("bad"), "app.json": "{"}, "building_image", ("app.json",)),
    "it exits at once": Bad(
        samples.web("bad", dockerfile=samples.dockerfile(command='["sh", "-c", "echo cannot begin; exit 3"]')),
        "checking",
        ("3",),
        ("cannot begin",),
    ),
    "its program is not there": Bad(
        samples.web("bad", dockerfile=samples.dockerfile(command='["no-such-program"]')),
        "checking",
        ("no-such-program",),
    ),
    "it never listens": Bad(
        samples.web(
            "bad",
            dockerfile=samples.dockerfile(command='["sh", "-c", "echo still warming up; sleep 100000"]'),
            checks=[{"type": "startup", "name": "listens", "listening": True, **FEW}],
        ),
        "checking",
        ("5000",),
        ("still warming up",),
    ),
    "it listens on another port": Bad(
        samples.web(
            "bad",
            dockerfile=samples.dockerfile(command='["httpd", "-f", "-p", "8080", "-h", "/www"]'),
            checks=[ASKED_TWICE],
        ),
        "checking",
        ("5000",),
    ),
    "its page is not there": Bad(samples.web("bad", checks=[{**ASKED_TWICE, "path": "/health"}]), "checking", ("404",)),
    "its command check fails": Bad(
        samples.web("bad", checks=[{**FEW, "type": "startup", "name": "ready", "command": NOT_READY}]),
        "checking",
        ("ready",),
        ("not ready",),
    ),
    "its worker exits at once": Bad(
        samples.with_procfile("bad", f"{PROCFILE}worker: echo no work; exit 1\n", worker=[STAYS]),
        "checking",
        ("worker",),
        ("no work",),
        {"scale": {"worker": 1}},
    ),
}


@pytest.fixture(scope="module")
def app(house):
    """Its first version serves for the whole module: whatever is tried after it must not touch it."""
    app = house.app(samples.web("version 1"))
    app.deploy()
    return app


@pytest.fixture(autouse=True)
def untouched(house, app):
    """The old version answers throughout, from the very same container, and nothing is left behind."""
    before = app.container().id
    with app.asked() as asked:
        yield
        asked.assert_always("version 1")
    assert app.container().id == before
    assert app.running() == [f"{app.name}.web.1"]
    assert_nothing_left_behind(house)


def assert_failed(deployment: ADeployment, bad: Bad) -> None:
    record, log = deployment.wait("failed"), deployment.log()
    assert record["stage"] == bad.stage, record
    assert 0 < record["progress"] < 100
    for words in bad.error:
        assert words in record["error_message"], record
    for words in bad.log:
        assert words in log


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_old_version_answers_when(app, bad):
    app.change(**bad.changes)
    assert_failed(app.deploy(bad.files, status="failed"), bad)
    app.change(scale={})


def test_repository_is_missing(house, app):
    lost = house.app(samples.web("version 1"))
    shutil.rmtree(lost.repository.path)
    record = lost.deploy(status="failed").record()
    assert record["stage"] == "cloning_repo"
    assert "repository" in record["error_message"]


def test_branch_is_missing(app):
    app.change(branch="nowhere")
    record = app.deploy(status="failed").record()
    app.change(branch="main")
    assert record["stage"] == "cloning_repo"
    assert "nowhere" in record["error_message"]


def test_host_port_is_taken_by_another_program(house, app):
    with closing(socket.create_server(("0.0.0.0", 0))) as taken:
        port = taken.getsockname()[1]
        other = house.app(samples.web("version 1"), published_port=port)
        record = other.deploy(status="failed").record()
    assert str(port) in record["error_message"]
    other.deploy()
    assert other.running() == [f"{other.name}.web.1"]


def test_last_lines_of_the_failed_container_are_told_and_the_container_is_kept(house, app):
    command = '["sh", "-c", "for n in $(seq 150); do echo line $n; done; exit 1"]'
    deployment = app.deploy(samples.web("bad", dockerfile=samples.dockerfile(command=command)), status="failed")
    log = deployment.log()
    assert "line 150" in log
    assert "line 51" in log
    assert "line 50\n" not in log
    kept = house.engine.client.containers.get(f"{app.name}.web.1.d{deployment.number}")
    assert kept.status == "exited"
    assert "line 1\n" in kept.logs().decode()
