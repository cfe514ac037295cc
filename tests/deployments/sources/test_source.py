"""An app's code is fetched from real repositories, with git itself: the commit that is wanted, wherever it is."""

import os

import pytest

from paas.deployments.source.source import Commit, Source, fetch
from paas.errors import Invalid, NotFound, Unavailable
from tests.git_server import GitServer
from tests.repositories import FIRST_COMMIT_AT, Link, Repository, Script


def test_the_newest_commit_of_the_default_branch_is_checked_out(repository, get):
    repository.commit({"app.py": "old"})
    newest = repository.commit({"app.py": "new", "web/index.html": "page"}, "Säll more\n\nMuch more.")
    found = get(Source(repository.address))
    assert found.commit == Commit(newest, "Säll more", "Grace Hopper", FIRST_COMMIT_AT + 2)
    assert found.text("app.py") == "new"
    assert found.text("web/index.html") == "page"


def test_the_newest_commit_of_a_branch_is_checked_out(repository, get):
    repository.commit({"app.py": "main"})
    wanted = repository.commit({"app.py": "mine"}, branch="feature/sell-more")
    found = get(Source(repository.address, branch="feature/sell-more"))
    assert (found.commit.sha, found.text("app.py")) == (wanted, "mine")


def test_a_branch_with_the_name_of_a_commit_is_a_branch(repository, get):
    first = repository.commit({"app.py": "main"})
    wanted = repository.commit({"app.py": "mine"}, branch=first)
    assert get(Source(repository.address, branch=first)).commit.sha == wanted


def test_executables_and_links_are_as_in_the_repository(repository, get):
    repository.commit({"bin/run": Script("#!/bin/sh\n"), "app.py": "a", "latest.py": Link("app.py")})
    found = get(Source(repository.address))
    assert os.access(found.folder / "bin/run", os.X_OK)
    assert not os.access(found.folder / "app.py", os.X_OK)
    assert (found.folder / "latest.py").readlink().name == "app.py"


def test_an_empty_message_and_a_strange_one_are_shown(repository, get):
    repository.commit({"a": ""}, "\n")
    assert get(Source(repository.address)).commit.subject == ""
    repository.commit({"a": ""}, "a\tb \x1b[31mred")
    assert get(Source(repository.address), "again").commit.subject == "a\tb \x1b[31mred"


@pytest.mark.parametrize("is_old", [False, True])
@pytest.mark.parametrize("back", [0, 1, 3, 60])
def test_a_commit_asked_for_is_checked_out_wherever_it_is(repository, get, settings, is_old, back):
    """What a webhook has told is built, and not what was pushed since; also where a server knows branches only."""
    commits = [repository.commit({"app.py": str(number)}) for number in range(62)]
    number = len(commits) - 1 - back
    with GitServer(settings.local_repositories, is_old=is_old) as server:
        found = get(Source(server.address_of("shop.git"), branch="main", commit=commits[number]))
    assert (found.commit.sha, found.text("app.py")) == (commits[number], str(number))


@pytest.mark.parametrize("is_old", [False, True])
def test_a_commit_of_another_branch_is_found(repository, get, settings, is_old):
    repository.commit({"app.py": "main"})
    wanted = repository.commit({"app.py": "wanted"}, branch="other")
    repository.commit({"app.py": "newer"}, branch="other")
    with GitServer(settings.local_repositories, is_old=is_old) as server:
        assert get(Source(server.address_of("shop.git"), branch="main", commit=wanted)).text("app.py") == "wanted"


def test_a_commit_whose_branch_is_gone_is_still_found(repository, get):
    repository.commit({"app.py": "main"})
    wanted = repository.commit({"app.py": "wanted"}, branch="other")
    repository.delete_branch("other")
    assert get(Source(repository.address, branch="main", commit=wanted)).text("app.py") == "wanted"
    assert get(Source(repository.address, branch="other", commit=wanted), "again").text("app.py") == "wanted"


@pytest.mark.parametrize("is_old", [False, True])
def test_a_commit_that_is_not_there_is_said(repository, get, settings, is_old):
    repository.commit({"app.py": "main"})
    with (
        GitServer(settings.local_repositories, is_old=is_old) as server,
        pytest.raises(NotFound, match=f"has no commit {'1' * 40}"),
    ):
        get(Source(server.address_of("shop.git"), branch="main", commit="1" * 40))


def test_what_git_says_is_told_line_by_line(repository, get):
    repository.commit({f"{number}.txt": str(number) for number in range(300)})
    said = get(Source(repository.address)).said
    assert "remote: Counting objects: 100% (302/302), done." in said
    assert not any("\r" in line or "\n" in line or not line.strip() for line in said)


@pytest.mark.parametrize(
    ("source", "kind", "said"),
    [
        ({"branch": "mian"}, NotFound, "has no branch mian. It has a, main"),
        ({"repository": "{folder}/headless.git"}, NotFound, "has no default branch. Set one for the app; it has a, b."),
        ({"repository": "{folder}/none.git"}, Invalid, "There is no repository "),
        ({"repository": "{folder}/empty.git"}, NotFound, "is empty. Push a commit first"),
        ({"repository": "{folder}/empty.git", "branch": "main"}, NotFound, "is empty. Push a commit first"),
        ({"repository": "{folder}/folder"}, Invalid, "cannot be read. Check its address. git says: fatal: "),
        ({"repository": "{server}/none.git"}, Invalid, "if it is private, give the app a Git token. git says: "),
        ({"repository": "http://127.0.0.1:1/a.git"}, Invalid, "cannot be read. Check its address, and if it is "),
        ({"commit": "abc1234"}, Invalid, "'abc1234' is not a whole commit id"),
    ],
)
def test_why_it_failed_is_said(repository, get, settings, source, kind, said):
    repository.commit({"app.py": ""})
    repository.commit({"app.py": ""}, branch="a")
    Repository(settings.local_repositories / "empty.git")
    headless = Repository(settings.local_repositories / "headless.git", branch="gone")
    for branch in ("b", "a"):
        headless.commit({"app.py": ""}, branch=branch)
    (settings.local_repositories / "folder").mkdir()
    with GitServer(settings.local_repositories) as server:
        places = {"folder": settings.local_repositories, "server": server.address_of("").rstrip("/")}
        given = {key: text.format(**places) for key, text in source.items()}
        with pytest.raises(kind) as refused:
            get(Source(**{"repository": repository.address, **given}))
    assert said in refused.value.message


def test_many_branches_are_not_all_named(repository, get):
    for number in range(30):
        repository.commit({"a": ""}, branch=f"b{number:02}")
    with pytest.raises(NotFound, match=r"It has b00, b01, .*, b09 and 20 more\.$"):
        get(Source(repository.address, branch="none"))


def test_a_server_that_wants_a_password_is_not_answered(repository, get, settings):
    """Nobody is asked either: there is no terminal, and a question would wait for ever."""
    repository.commit({"app.py": ""})
    with (
        GitServer(settings.local_repositories, authorization="Basic x") as server,
        pytest.raises(Invalid, match="give the app a Git token"),
    ):
        get(Source(server.address_of("shop.git")))


def test_a_server_that_hangs_is_given_up(repository, get, settings, living):
    repository.commit({"app.py": ""})
    with GitServer(settings.local_repositories) as server:
        server.hold()
        with pytest.raises(Unavailable, match=r"could not be fetched within 0\.5 seconds\. .* PAAS_STAGE_SECONDS"):
            get(Source(server.address_of("shop.git")), seconds=0.5)
        assert living() == []


def test_nothing_of_the_machine_or_the_user_is_read(repository, get, tmp_path, monkeypatch):
    """Neither their configuration, which may run programs, nor what stands in the dashboard's own environment."""
    repository.commit({"app.py": ""})
    canary = tmp_path / "canary"
    (tmp_path / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {tmp_path}/hooks\n[init]\n\ttemplateDir = {tmp_path}/hooks\n"
        f'[url "/nowhere"]\n\tinsteadOf = /\n[alias]\n\tfetch = !touch {canary}\n'
    )
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks/post-checkout").write_text(f"#!/bin/sh\ntouch {canary}\n")
    (tmp_path / "hooks/post-checkout").chmod(0o755)
    for name, value in {
        "HOME": str(tmp_path),
        "GIT_CONFIG_GLOBAL": str(tmp_path / ".gitconfig"),
        "GIT_DIR": str(tmp_path / "nowhere"),
        "GIT_TEMPLATE_DIR": str(tmp_path / "hooks"),
        "GIT_EXTERNAL_DIFF": f"touch {canary}",
        "GIT_PROXY_COMMAND": f"touch {canary}",
        "GIT_TRACE": str(tmp_path / "trace"),
    }.items():
        monkeypatch.setenv(name, value)
    get(Source(repository.address))
    assert not canary.exists()
    assert not (tmp_path / "trace").exists()


def test_nothing_but_the_checkout_is_left(repository, get, settings):
    repository.commit({"app.py": ""})
    found = get(Source(repository.address))
    assert os.listdir(found.folder.parent) == [found.folder.name]
    with pytest.raises(NotFound):
        get(Source(repository.address, branch="none"), "again")
    assert sorted(os.listdir(found.folder.parent)) == ["again", found.folder.name]


def test_a_folder_that_is_there_already_is_not_written_to(repository, settings, tmp_path):
    repository.commit({"app.py": ""})
    (tmp_path / "mine").mkdir()
    with pytest.raises(FileExistsError):
        fetch(Source(repository.address), tmp_path / "mine", settings=settings, say=print)
