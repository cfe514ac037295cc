"""The repositories of the tests are what git takes for repositories."""

import os
import subprocess

from tests.repositories import Link, Module, Repository, Script


def git(*arguments, folder):
    environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-c", "safe.directory=*", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def test_git_finds_nothing_wrong_and_clones_what_was_committed(tmp_path):
    repository = Repository(tmp_path / "shop.git", {"a": "1"})
    first = repository.head()
    files = {"a": "2", "a.b": b"\xff", "a-b/c/d": Script("#!/bin/sh\n"), "link": Link("a"), "module": Module(first)}
    second = repository.commit(files, "Go on")
    repository.commit({"a": "3"}, branch="feature/x")
    git("fsck", "--strict", folder=repository.path)
    git("clone", "--depth=1", f"file://{repository.address}", tmp_path / "clone", folder=tmp_path)
    assert git("log", "--format=%H %s %an", folder=tmp_path / "clone").split("\n")[0] == f"{second} Go on Grace Hopper"
    assert git("log", "--format=%H", folder=repository.path).split() == [second, first]
    assert repository.head() == second
    assert (tmp_path / "clone/a").read_text() == "2"
    assert (tmp_path / "clone/a.b").read_bytes() == b"\xff"
    assert os.access(tmp_path / "clone/a-b/c/d", os.X_OK)
    assert (tmp_path / "clone/link").is_symlink()
    assert git("show", "feature/x:a", folder=repository.path) == "3"


def test_names_that_git_refuses_can_be_committed(tmp_path):
    repository = Repository(tmp_path / "hostile.git")
    repository.commit({"../out": "x", ".git/config": "y", "-rf": "z"})
    listed = git("ls-tree", "-r", "--name-only", "main", folder=repository.path).split()
    assert listed == ["-rf", "../out", ".git/config"]
