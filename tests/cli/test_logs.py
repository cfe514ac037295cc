"""The log of an app on the command line: what there is, and what comes."""

import subprocess
import sys

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Kind, Wanted
from paas.storage.database import Database
from tests.waiting import eventually
from tests.web.live.engine import FakeDocker


@pytest.fixture
def docker(tmp_path):
    with FakeDocker(tmp_path) as docker:
        docker.say("web", *(f"line {number}" for number in range(5)))
        yield docker


@pytest.fixture
def app(tmp_path, docker, run):
    """The container web, adopted."""
    database = Database(f"sqlite:///{tmp_path}/data/quayside.db")
    database.migrate()
    with database.session() as session:
        wanted = Wanted("front", kind=Kind.ADOPTED, adopted="web")
        app = catalogue.insert(session, Actor(0, "command line", Role.OWNER), wanted)
    database.close()
    return app


def test_the_last_lines_are_printed(run, app, docker):
    done = run("logs", "front", "--tail", "2", DOCKER_HOST=docker.host)
    assert (done.returncode, done.stdout, done.stderr) == (0, "web | line 3\nweb | line 4\n", "")


def test_lines_are_chosen_and_bear_their_time(run, app, docker):
    done = run("logs", "front", "--contains", "LINE 1", "--timestamps", DOCKER_HOST=docker.host)
    [line] = done.stdout.splitlines()
    time, rest = line.split(" ", 1)
    assert (time[4], time[-1], rest) == ("-", "Z", "web | line 1")


@pytest.mark.parametrize(("args", "says"), [
    (("nothing",), "There is no app nothing"),
    (("front", "--regex", "("), "pattern cannot be used"),
])  # fmt: skip
def test_what_cannot_be_is_said(run, app, docker, args, says):
    done = run("logs", *args, DOCKER_HOST=docker.host)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr


def test_an_engine_that_does_not_answer_is_said(run, app, tmp_path):
    done = run("logs", "front", DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert (done.returncode, done.stdout) == (1, "")
    assert "none.sock" in done.stderr


def test_a_log_is_followed_until_it_is_interrupted(environment, app, docker, tmp_path):
    output = tmp_path / "output"
    with output.open("w") as file:
        command = [sys.executable, "-m", "paas", "logs", "front", "--follow", "--tail", "1"]
        process = subprocess.Popen(command, env=environment | {"DOCKER_HOST": docker.host}, stdout=file)
        try:
            eventually(lambda: output.read_text() == "web | line 4\n", 30)
            docker.say("web", *range(3_000))
            eventually(lambda: output.read_text().splitlines()[1:] == [f"web | {n}" for n in range(3_000)], 30)
            process.send_signal(2)
            assert process.wait(30) == 130
        finally:
            process.kill()
            process.wait()
