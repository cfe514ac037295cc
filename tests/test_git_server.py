"""The tests' Git server speaks to git as others do, and can be held up."""

import os
import subprocess

import pytest

from tests.git_server import GitServer
from tests.repositories import Repository
from tests.waiting import eventually


@pytest.fixture
def server(tmp_path):
    with GitServer(tmp_path) as server:
        yield server


def clone(address, folder, *options):
    environment = {"PATH": os.environ["PATH"], "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": "/dev/null"}
    command = ["git", *options, "clone", "--quiet", "--depth=1", address, str(folder)]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def said(process):
    return process.communicate(timeout=10)[1], process.returncode


def test_repository_is_cloned(server, tmp_path):
    Repository(tmp_path / "shop.git").commit({"a": "1"})
    assert said(clone(server.address_of("shop.git"), tmp_path / "clone")) == ("", 0)
    assert (tmp_path / "clone/a").read_text() == "1"
    assert "not found" in said(clone(server.address_of("other.git"), tmp_path / "other"))[0]


def test_request_is_held_until_released(server, tmp_path):
    Repository(tmp_path / "shop.git").commit({"a": "1"})
    server.hold()
    process = clone(server.address_of("shop.git"), tmp_path / "clone")
    eventually(lambda: server.asked)
    assert process.poll() is None
    server.release()
    assert said(process) == ("", 0)


def test_only_who_brings_the_header_is_let_in(server, tmp_path):
    Repository(tmp_path / "shop.git").commit({"a": "1"})
    server.authorization = "Bearer abc"
    assert said(clone(server.address_of("shop.git"), tmp_path / "stranger"))[1] != 0
    with_header = ("-c", "http.extraHeader=Authorization: Bearer abc")
    assert said(clone(server.address_of("shop.git"), tmp_path / "clone", *with_header)) == ("", 0)
