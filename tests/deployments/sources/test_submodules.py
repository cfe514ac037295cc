"""Submodules come with the commit: at their paths, at the commits that it names, from where its authors say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.deployments.source import source
from paas.deployments.source.source import Source
from paas.deployments.source.submodules import resolve
from paas.errors import Invalid
from tests.git_server import GitServer
from tests.repositories import Module, Repository


@pytest.fixture
def library(settings):
    return Repository(settings.local_repositories / "library.git")


def modules(**addresses):
    """``modules(lib="../library.git")`` -> what ``.gitmodules`` says."""
    sections = (f'[submodule "{path}"]\n\tpath = {path}\n\turl = {url}\n' for path, url in addresses.items())
    return {".gitmodules": "".join(sections)}


def with_module(path, commit, url="../library.git"):
    return {"app.py": "", path: Module(commit), **modules(**{path: url})}


@pytest.mark.parametrize(
    "url", ["../library.git", "./../library.git", "{folder}/library.git", "file://{folder}/library.git"]
)
def test_a_submodule_is_checked_out_at_the_commit_that_is_named(repository, library, settings, get, url):
    wanted = library.commit({"lib.py": "wanted"})
    library.commit({"lib.py": "newer"})
    repository.commit(with_module("vendor/lib", wanted, url.format(folder=settings.local_repositories)))
    found = get(Source(repository.address))
    assert found.text("vendor/lib/lib.py") == "wanted"
    assert found.commit.subject == "Commit 1"
    assert any(line.startswith("Submodule vendor/lib from ") for line in found.said)


def test_submodules_of_submodules_are_checked_out(repository, library, settings, get):
    deepest = Repository(settings.local_repositories / "deep/deepest.git")
    inner = library.commit(with_module("deep", deepest.commit({"deep.py": "deep"}), "../deep/deepest.git"))
    repository.commit(with_module("lib", inner))
    assert get(Source(repository.address)).text("lib/deep/deep.py") == "deep"


@pytest.mark.parametrize("is_old", [False, True])
def test_submodules_come_over_http_too(repository, library, settings, get, is_old):
    wanted = library.commit({"lib.py": "wanted"})
    library.commit({"lib.py": "newer"})
    repository.commit(with_module("lib", wanted))
    with GitServer(settings.local_repositories, is_old=is_old) as server:
        found = get(Source(server.address_of("shop.git")), local_repositories=None)
    assert found.text("lib/lib.py") == "wanted"


def test_two_submodules_may_be_of_one_repository(repository, library, get):
    old, new = library.commit({"lib.py": "old"}), library.commit({"lib.py": "new"})
    addresses = modules(a="../library.git", b="../library.git")
    repository.commit({"a": Module(old), "b": Module(new), **addresses})
    found = get(Source(repository.address))
    assert (found.text("a/lib.py"), found.text("b/lib.py")) == ("old", "new")


def test_what_is_named_and_not_there_any_more_is_passed_over(repository, library, get):
    repository.commit({"app.py": "a", "file": "b", **modules(gone="../library.git", file="../library.git")})
    assert get(Source(repository.address)).text("file") == "b"


def test_what_is_there_and_not_named_stays_empty(repository, get):
    repository.commit({"app.py": "a", "lib": Module("1" * 40)})
    assert list((get(Source(repository.address)).folder / "lib").iterdir()) == []


def test_a_commit_of_a_submodule_that_is_not_there_is_said(repository, library, get):
    library.commit({"lib.py": ""})
    repository.commit(with_module("lib", "1" * 40))
    with pytest.raises(Exception, match=r"The submodule lib cannot be used: .*has no commit 1111") as refused:
        get(Source(repository.address))
    assert refused.value.kind == "not_found"


def test_a_submodule_that_cannot_be_read_is_said(repository, settings, get):
    repository.commit(with_module("lib", "1" * 40, "./../none.git"))
    with GitServer(settings.local_repositories) as server, pytest.raises(Invalid) as refused:
        get(Source(server.address_of("shop.git")))
    assert "The submodule lib could not be fetched from http://127.0.0.1:" in refused.value.message
    assert "What opens the app's own repository must open this one too." in refused.value.message


def test_submodules_without_end_are_refused(repository, library, get, monkeypatch):
    """A repository cannot name a commit of its own that holds the name, but many that each name many."""
    monkeypatch.setattr(source, "MOST_MODULES", 3)
    commit = library.commit({"lib.py": ""})
    paths = ["a", "b", "c", "d"]
    repository.commit({**dict.fromkeys(paths, Module(commit)), **modules(**dict.fromkeys(paths, "../library.git"))})
    with pytest.raises(Invalid, match="more than 3 submodules"):
        get(Source(repository.address))


@pytest.mark.parametrize(
    ("base", "address", "resolved"),
    [
        ("https://example.org/a/shop.git", "../lib.git", "https://example.org/a/lib.git"),
        ("https://example.org/a/shop.git/", "../lib.git", "https://example.org/a/lib.git"),
        ("https://example.org/a/shop.git", "../../b/lib.git", "https://example.org/b/lib.git"),
        ("https://example.org/a/shop.git", "./lib.git/", "https://example.org/a/shop.git/lib.git"),
        ("https://example.org/a/shop.git", "https://example.com/lib.git", "https://example.com/lib.git"),
        ("git@example.org:a/shop.git", "../lib.git", "git@example.org:a/lib.git"),
        ("git@example.org:shop.git", "../lib.git", "git@example.org:lib.git"),
        ("git@example.org:a/shop.git", "../../lib.git", "git@example.org:lib.git"),
        ("ssh://git@example.org:22/a/shop.git", "../lib.git", "ssh://git@example.org:22/a/lib.git"),
        ("/srv/git/shop.git", "../lib.git", "/srv/git/lib.git"),
        ("/srv/git/shop.git", ".././../x/../lib.git", "/srv/x/../lib.git"),
    ],
)
def test_relative_addresses_are_resolved_as_git_does(base, address, resolved):
    assert resolve(base, address) == resolved


@given(st.text("a/.:", max_size=12), st.text("a/.:", max_size=12))
def test_any_address_is_resolved_or_refused(base, address):
    try:
        resolve(base, address)
    except Invalid:
        return
