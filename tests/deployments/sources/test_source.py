"""Fetching an app's code from real repositories, with git itself."""

import pytest

from paas.deployments.source import Source, fetch
from paas.errors import Forbidden, NotFound
from paas.settings import Settings
from tests.repositories import Repository


@pytest.fixture
def settings(tmp_path):
    repositories = tmp_path / "repositories"
    repositories.mkdir()
    return Settings(data_dir=tmp_path / "data", local_repositories=repositories)


@pytest.fixture
def repository(settings):
    return Repository(settings.local_repositories / "shop.git")


@pytest.fixture
def get(settings, tmp_path):
    """``get(source)`` fetches it; the commit, and the folder that it was checked out to."""

    def get(source, **options):
        folder = tmp_path / "work" / "checkout"
        said = []
        return fetch(source, folder, settings=settings, say=said.append, **options), folder

    return get


def test_the_newest_commit_of_the_default_branch_is_checked_out(repository, get):
    repository.commit({"app.py": "old"})
    newest = repository.commit({"app.py": "new", "web/index.html": "page"}, "Säll more")
    commit, folder = get(Source(repository.address))
    assert (commit.sha, commit.subject, commit.author) == (newest, "Säll more", "Grace Hopper")
    assert (folder / "app.py").read_text() == "new"
    assert (folder / "web/index.html").read_text() == "page"


def test_a_commit_asked_for_is_checked_out(repository, get):
    old = repository.commit({"app.py": "old"})
    repository.commit({"app.py": "new"})
    commit, folder = get(Source(repository.address, branch="main", commit=old))
    assert commit.sha == old
    assert (folder / "app.py").read_text() == "old"


def test_a_branch_that_is_not_there_is_said(repository, get):
    repository.commit({"app.py": ""})
    with pytest.raises(NotFound, match=r"has no branch mian\. It has main\."):
        get(Source(repository.address, branch="mian"))


def test_a_repository_outside_the_opened_folder_is_refused(tmp_path, get):
    outside = Repository(tmp_path / "outside.git")
    outside.commit({"a": ""})
    with pytest.raises(Forbidden, match="PAAS_LOCAL_REPOSITORIES"):
        get(Source(outside.address))
