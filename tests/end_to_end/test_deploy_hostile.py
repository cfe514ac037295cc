"""Repositories and requests made to break out: nothing of this machine is run, read or written."""

from pathlib import Path

import pytest

from tests import hostile
from tests.end_to_end import samples
from tests.end_to_end.leftovers import assert_nothing_left_behind
from tests.git_server import GitServer
from tests.repositories import Link, Module, Repository, Script

COMMIT = "1" * 40
SECRET = "what only this machine may know"


@pytest.fixture
def canary(tmp_path):
    """A file that must not come to be."""
    path = tmp_path / "canary"
    yield path
    assert not path.exists()


@pytest.fixture
def secret(tmp_path):
    """A file that must not be read."""
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    return path


@pytest.fixture(autouse=True)
def nothing_left_behind(house):
    yield
    assert_nothing_left_behind(house)


@pytest.mark.parametrize(
    "address",
    [
        *hostile.ADDRESSES,
        "https://user:token@example.org/a.git",
        "$(touch {canary})",
        "https://example.org/a.git;touch {canary}",
        "",
    ],
)
def test_hostile_addresses_are_refused_at_once(house, canary, address):
    wanted = {"name": "hostile", "repository": address.format(canary=canary), "branch": "main"}
    answer = house.ask("POST", "/apps", wanted)
    assert answer.status_code == 400, answer.text
    assert "repository" in answer.json()["error"]["message"]


@pytest.mark.parametrize("branch", ["--upload-pack=touch {canary}", "-x", "a..b", "a b", "a\nb", "refs/../x", "a.lock"])
def test_hostile_branches_are_refused_at_once(house, canary, branch):
    wanted = {"name": "hostile", "repository": "https://example.org/a.git", "branch": branch.format(canary=canary)}
    assert house.ask("POST", "/apps", wanted).status_code == 400


@pytest.mark.parametrize("name", ["../x", "-x", "a b", "A", "a_b", "", "x" * 64, "a.b", "a\nb", "$(id)"])
def test_hostile_names_are_refused_at_once(house, name):
    wanted = {"name": name, "repository": "https://example.org/a.git"}
    assert house.ask("POST", "/apps", wanted).status_code == 400


@pytest.mark.parametrize("ref", ["--upload-pack=touch x", "main", "HEAD~1", COMMIT[:7], f"{COMMIT} -x"])
def test_only_whole_commits_can_be_asked_for(house, ref):
    app = house.app(samples.web("version 1"))
    assert house.ask("POST", f"/apps/{app.id}/deployments", {"ref": ref}).status_code == 400


def test_repository_outside_the_folder_of_the_setting_is_refused(house, tmp_path):
    outside = Repository(tmp_path / "outside.git", samples.web("version 1"))
    inside = house.repositories / "way-out.git"
    inside.symlink_to(outside.path)
    for address in (outside.path, f"file://{outside.path}", house.repositories / ".." / "x" / outside.path, inside):
        app = house.app(repository=str(address), branch="main")
        record = app.deploy(status="failed").record()
        assert record["stage"] == "cloning_repo"
        assert "PAAS_LOCAL_REPOSITORIES" in record["error_message"], record


def test_repository_with_a_name_full_of_shell(house, canary):
    folder = house.repositories / "$(touch canary); -- `id` 'x' \"é.git"
    Repository(folder, samples.web("strange"))
    app = house.app(repository=str(folder), branch="main")
    app.deploy()
    with app.asked() as asked:
        asked.assert_always("strange")


def hostile_trees(canary, secret):
    """Files that git or we must not take; those of an app that would work are beside them."""
    run = Script(f"#!/bin/sh\ntouch {canary}\n")
    app, serves = samples.web("version 1"), f"web: {samples.SERVES}\n"
    upwards = "/".join([".."] * 20)

    def modules(url, path="evil", **more):
        lines = "".join(f"\t{key} = {value}\n" for key, value in {"path": path, "url": url, **more}.items())
        return {**app, "evil": Module(COMMIT), ".gitmodules": f'[submodule "evil"]\n{lines}'}

    return {
        "a hook": {**app, ".git/hooks/post-checkout": run},
        "a hook by another spelling": {**app, ".GIT/hooks/post-checkout": run},
        "a path upwards": {**app, f"{upwards}{canary}": "x"},
        "a submodule that runs": modules(f"ext::sh -c touch% {canary}"),
        "a submodule that is an option": modules(f"--upload-pack=touch {canary}"),
        "a submodule with a command": modules("https://localhost:1/x.git", update=f"!touch {canary}"),
        "a submodule outside": modules(str(secret.parent / "private.git")),
        "a submodule outside by another form": modules(f"file://{secret.parent / 'private.git'}"),
        "a submodule upwards": modules("../../private.git"),
        "a submodule to a place upwards": modules(str(secret.parent / "private.git"), path="../evil"),
        "modules that are a link": {**app, "evil": Module(COMMIT), ".gitmodules": Link(str(secret))},
        "a Dockerfile that is a link": {**app, "Dockerfile": Link(str(secret))},
        "a Procfile that is a link": {**app, "Procfile": Link(str(secret))},
        "an app.json that is a link": {**app, "app.json": Link(str(secret))},
        "an ignore file that is a link": {**app, ".dockerignore": Link(str(secret))},
        "a Procfile without end": {**app, "Procfile": b"web: x" * 1_000_000},
        "a Procfile of binary": {**app, "Procfile": b"web: \xff\xfe\x00\n"},
        "a process that is a path": {**app, "Procfile": f"{serves}../x: sleep 1\n"},
        "a process with escapes in its name": {**app, "Procfile": f"{serves}\x1b[2Jx: sleep 1\n"},
    }


@pytest.mark.parametrize("case", hostile_trees(Path("/canary"), Path("/secret")))
def test_hostile_trees_fail_and_touch_nothing(house, canary, secret, case):
    Repository(secret.parent / "private.git", {"private": SECRET})
    app = house.app(hostile_trees(canary, secret)[case])
    deployment = app.deploy(status="failed")
    assert deployment.record()["error_message"]
    assert SECRET not in deployment.log() + deployment.record()["error_message"]
    assert app.running() == []


def test_links_are_copied_as_links(house, secret):
    """Into the image goes the link, not what it leads to here."""
    app = house.app({**samples.web("version 1"), "www/leak": Link(str(secret)), "www/etc": Link("/etc")})
    app.deploy()
    assert SECRET not in app.container().exec_run(["cat", "/www/leak"]).output.decode()


@pytest.mark.parametrize("folder", ["out", "out/etc"])
def test_folder_that_is_a_link_out_is_refused(house, folder):
    app = house.app({**samples.web("version 1"), "out": Link("/")}, folder=folder)
    record = app.deploy(status="failed").record()
    assert "folder" in record["error_message"]


@pytest.mark.parametrize("field", ["folder", "dockerfile", "procfile"])
@pytest.mark.parametrize("path", ["../x", "/etc", "a/../../b", ".git/config", "-x"])
def test_paths_out_of_the_repository_are_refused_at_once(house, field, path):
    wanted = {"name": "hostile", "repository": "https://example.org/a.git", field: path}
    answer = house.ask("POST", "/apps", wanted)
    assert answer.status_code == 400
    assert field in answer.json()["error"]["message"]


def test_server_that_sends_us_elsewhere_is_not_followed_there(house, canary, tmp_path):
    with GitServer(tmp_path, redirect=f"ext::sh -c touch% {canary}") as server:
        app = house.app(repository=server.address_of("shop.git"), branch="main")
        assert app.deploy(status="failed").record()["stage"] == "cloning_repo"


def test_token_is_sent_to_nobody_unencrypted(house, tmp_path):
    with GitServer(tmp_path) as server:
        wanted = {"name": "hostile", "repository": server.address_of("shop.git"), "git_token": "t0ken-of-the-shop"}
        answer = house.ask("POST", "/apps", wanted)
    assert answer.status_code == 400
    assert "unencrypted" in answer.json()["error"]["message"]
    assert server.asked == []
