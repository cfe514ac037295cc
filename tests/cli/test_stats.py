"""What the machine and apps use, on the command line, over an engine that is a fake."""

import time

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Kind, Wanted
from tests.web.live.engine import FakeDocker


@pytest.fixture
def docker(tmp_path):
    with FakeDocker(tmp_path, began=time.time_ns() - 10**13) as docker:
        yield docker


@pytest.fixture
def apps(database):
    """One of the container web, and one that was never deployed."""
    database.migrate()
    with database.session() as session:
        for wanted in (Wanted("front", kind=Kind.ADOPTED, adopted="web"), Wanted("idle", repository="https://a.org/b")):
            catalogue.insert(session, Actor(0, "command line", Role.OWNER), wanted)


def columns(line):
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


def test_machine_and_every_app_are_shown(run, docker, apps):
    done = run("stats", DOCKER_HOST=docker.host)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:5]] == ["CPU", "memory", "swap", "disk", "network"]
    head, front, idle = map(columns, lines[6:])
    assert head[:4] == ["app", "CPU %", "memory", "limit"]
    assert (front[0], front[2:5], front[9]) == ("front", ["47.7 MiB", "477 MiB", "10.0"], "3")
    assert float(front[1]) == pytest.approx(50, rel=0.2)
    assert idle == ["idle"] + ["-"] * (len(head) - 1)


def test_an_app_is_shown_by_its_processes(run, docker, apps):
    head, front = map(columns, run("stats", "front", DOCKER_HOST=docker.host).stdout.splitlines())
    assert (head[0], front[0], len(head)) == ("process", "web", len(front))
    assert "-" not in front
    assert run("stats", "idle", DOCKER_HOST=docker.host).stdout == "Nothing of idle runs.\n"


def test_what_cannot_be_is_said(run, docker, apps):
    unknown = run("stats", "nothing", DOCKER_HOST=docker.host)
    assert (unknown.returncode, "There is no app nothing" in unknown.stderr) == (1, True)
    away = run("stats", DOCKER_HOST="unix:///nowhere/docker.sock")
    assert (away.returncode, away.stdout) == (1, "")
    assert away.stderr.startswith("Error: ")
