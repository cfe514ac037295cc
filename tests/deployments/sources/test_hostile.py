"""Repositories, addresses and branches that were made to break out of the folder that they are fetched to."""

import pytest

from paas.deployments.source.source import Source
from paas.errors import Forbidden, Invalid, Problem
from tests import hostile
from tests.repositories import Link, Module, Repository, Script

COMMIT = "1" * 40


@pytest.fixture
def canary(tmp_path):
    """A file that must not come to be."""
    canary = tmp_path / "canary"
    yield canary
    assert not canary.exists()


@pytest.mark.parametrize(
    "address",
    [
        *hostile.ADDRESSES,
        "git://example.org/a.git",
        "ftp://example.org/a.git",
        "shop.git",
        "../shop.git",
        "~/shop.git",
        "",
    ],
)
def test_addresses_that_are_more_than_one_are_refused(get, canary, address):
    with pytest.raises(Invalid):
        get(Source(address.format(canary=canary), deploy_key="a key"))


@pytest.mark.parametrize("address", ["https://ada:secret@example.org/a.git", "https://token@example.org/a.git"])
def test_credentials_in_an_address_are_refused_and_told_where_to_go(get, address):
    with pytest.raises(Invalid, match="git_token") as refused:
        get(Source(address))
    assert "secret" not in refused.value.message
    assert "token@" not in refused.value.message


@pytest.mark.parametrize(
    "branch", ["--upload-pack=touch {canary}", "-x", "+main", "main:other", "a..b", "^main", "refs/*", "a b", "HEAD"]
)
def test_branches_that_are_more_than_one_are_refused(repository, get, canary, branch):
    repository.commit({"app.py": ""})
    with pytest.raises(Problem) as refused:
        get(Source(repository.address, branch=branch.format(canary=canary)))
    assert "branch" in refused.value.message


@pytest.mark.parametrize("commit", ["--upload-pack=touch {canary}", "HEAD", "main", "1" * 41, COMMIT + "\n", "A" * 40])
def test_commits_that_are_none_are_refused(repository, get, canary, commit):
    repository.commit({"app.py": ""})
    with pytest.raises(Invalid, match="not a whole commit id"):
        get(Source(repository.address, commit=commit.format(canary=canary)))


@pytest.mark.parametrize("form", ["{outside}", "file://{outside}", "{inside}/../outside.git", "{inside}/link.git"])
def test_a_repository_outside_the_opened_folder_is_refused(settings, get, tmp_path, form):
    outside, inside = Repository(tmp_path / "outside.git", {"a": ""}), settings.local_repositories
    (inside / "link.git").symlink_to(outside.path)
    with pytest.raises(Forbidden, match="PAAS_LOCAL_REPOSITORIES"):
        get(Source(form.format(outside=outside.path, inside=inside)))


def test_no_local_repository_is_read_where_no_setting_opens_a_folder(repository, get, settings):
    repository.commit({"app.py": ""})
    with pytest.raises(Forbidden, match="PAAS_LOCAL_REPOSITORIES"):
        get(Source(repository.address), local_repositories=None)


def test_a_repository_with_a_name_full_of_shell_is_one(settings, get, canary):
    folder = settings.local_repositories / "$(touch canary); -- `id` 'x' \"é %41 a:b.git"
    Repository(folder, {"app.py": "strange"})
    assert get(Source(str(folder))).text("app.py") == "strange"


RUN = Script("#!/bin/sh\ntouch {canary}\n")


@pytest.mark.parametrize(
    "files",
    [
        {".git/hooks/post-checkout": RUN},
        {".GIT/hooks/post-checkout": RUN},
        {"git~1/hooks/post-checkout": RUN},
        {".git\u200c/hooks/post-checkout": RUN},
        {"../canary": "x"},
        {"a/../../canary": "x"},
        {"./a": "x"},
    ],
)
def test_paths_that_lead_elsewhere_are_not_written(repository, get, tmp_path, canary, files):
    repository.commit({"app.py": "", **files})
    with pytest.raises(Invalid, match="could not be fetched"):
        get(Source(repository.address))
    assert not list(tmp_path.rglob("hooks"))
    assert not list(tmp_path.rglob("canary"))


def test_a_submodule_is_not_written_through_a_link(repository, get, tmp_path):
    repository.commit({"out": Link(str(tmp_path)), ".gitmodules": modules("./shop.git", "out/canary")})
    assert get(Source(repository.address)).commit
    assert not (tmp_path / "canary").exists()


def test_attributes_and_configuration_of_a_repository_run_nothing(repository, get, canary):
    repository.commit(
        {
            ".gitattributes": "* filter=evil diff=evil merge=evil ident\n*.txt working-tree-encoding=UTF-16\n",
            ".gitconfig": f'[filter "evil"]\n\tsmudge = touch {canary}\n',
            "app.py": "a",
        }
    )
    (repository.path / "config").write_text(
        (repository.path / "config").read_text()
        + f"[uploadpack]\n\tpackObjectsHook = touch {canary}\n[core]\n\tfsmonitor = touch {canary}\n"
    )
    (repository.path / "hooks").mkdir()
    assert get(Source(repository.address)).text("app.py") == "a"


def modules(url, path="lib", *, name="lib", **more):
    lines = {"path": path, "url": url, **more}
    return f'[submodule "{name}"]\n' + "".join(f"\t{key} = {value}\n" for key, value in lines.items())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (modules("ext::sh -c touch% {canary}"), "not an address that can be cloned"),
        (modules("--upload-pack=touch {canary}"), "not an address that can be cloned"),
        (modules("/etc"), "PAAS_LOCAL_REPOSITORIES"),
        (modules("file:///etc"), "PAAS_LOCAL_REPOSITORIES"),
        (modules("../../outside.git"), "PAAS_LOCAL_REPOSITORIES"),
        (modules("../" * 40 + "etc"), "leads out of"),
        (modules("./../../../../../etc"), "PAAS_LOCAL_REPOSITORIES"),
        (modules("git@-oProxyCommand=x:a.git"), "not an address that can be cloned"),
        (modules("https://user:secret@example.org/a.git"), "must not hold a user or a token"),
        (
            modules("https://localhost:1/x.git", update="!touch {canary}"),
            "could not be fetched from https://localhost:1",
        ),
        (modules("./a", "../lib"), "'../lib' is not a path in the repository"),
        (modules("./a", "/etc"), "'/etc' is not a path in the repository"),
        (modules("./a", "a/../../lib"), "is not a path in the repository"),
        (modules("./a", "a\\nb"), "'a\\nb' is not a path in the repository"),
        (modules("./a", ""), "'' is not a path in the repository"),
        (modules("./a", "-x"), None),
        (modules("./a", "*"), None),
        (modules("", "lib"), "the submodule lib has no url"),
        ("[submodule", "could not be read"),
        ("x" * 300_000, "must be a file of at most 256 KB"),
        (Link("/etc/passwd"), "invalid path '.gitmodules'"),
        ("[include]\n\tpath = /etc/passwd\n", None),
        (modules("./a", "app.py"), None),
    ],
)
def test_submodules_that_lead_elsewhere_are_refused(repository, get, canary, written, said):
    text = written.replace("{canary}", str(canary)) if isinstance(written, str) else written
    repository.commit({"app.py": "", "lib": Module(COMMIT), ".gitmodules": text})
    if said is None:
        assert get(Source(repository.address)).text("app.py") == ""
    else:
        with pytest.raises(Problem) as refused:
            get(Source(repository.address))
        assert said in refused.value.message
        assert "secret" not in refused.value.message
