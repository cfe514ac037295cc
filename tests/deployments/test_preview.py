"""What the page shows before the first deployment is what the deployment would build."""

import pytest

from paas.apps.app import Wanted
from paas.deployments.plans import preview
from paas.errors import Forbidden, Invalid, NotFound, TooMany
from paas.settings import Settings
from tests.repositories import Link, Repository


@pytest.fixture
def settings(tmp_path):
    (tmp_path / "repositories").mkdir()
    return Settings(data_dir=tmp_path / "data", local_repositories=tmp_path / "repositories")


@pytest.fixture
def look(settings):
    """``look(files)`` looks at a repository that has them."""
    repository = Repository(settings.local_repositories / "shop.git")

    def look(files, *, variables=(), **wanted):
        repository.commit(files, "Sell more")
        return preview.look(Wanted("shop", repository=repository.address, **wanted), settings, variables=variables)

    yield look
    assert list((settings.data_dir / "work").glob("*")) == []


def test_a_procfile_and_a_language_are_shown(look):
    files = {"requirements.txt": "", "Procfile": "web: a\nworker: b\nrelease: c", "app.json": '{"formation": {}}'}
    found = look(files, variables=("TOKEN",), scale={"worker": 2})
    assert found.commit.subject == "Sell more"
    assert (found.why, found.language, found.is_generated) == ("requirements.txt was found", "python", True)
    assert "ARG TOKEN\n" in found.dockerfile
    assert found.processes == {"web": "a", "worker": "b", "release": "c"}
    assert found.scale == {"web": 1, "worker": 2}
    assert found.notes == ()


def test_a_dockerfile_is_shown_as_it_is(look):
    found = look({"api/Dockerfile": "FROM scratch\n", "Dockerfile": ""}, folder="api")
    assert (found.why, found.language, found.is_generated) == ("Dockerfile was found", "", False)
    assert found.dockerfile == "FROM scratch\n"
    assert found.processes == {"web": ""}


def test_what_could_be_better_is_told(look):
    found = look({"package.json": '{"scripts": {"start": "a"}}', ".gitattributes": "*.psd filter=lfs -text"})
    assert ["no lock file" in found.notes[0], "Git LFS" in found.notes[1]] == [True, True]


@pytest.mark.parametrize(
    ("files", "wanted", "kind", "said"),
    [
        ({"a": ""}, {}, Invalid, "There is no Dockerfile, requirements.txt"),
        ({"requirements.txt": ""}, {}, Invalid, "there is no Procfile in its folder"),
        ({"requirements.txt": "", "Procfile": "web"}, {}, Invalid, "Procfile, line 1"),
        ({"Dockerfile": "", "app.json": "["}, {}, Invalid, "app.json, line 1"),
        ({"Dockerfile": ""}, {"folder": "api"}, NotFound, "has no folder api"),
        ({"Dockerfile": ""}, {"procfile": "Procfile.prod"}, NotFound, "There is no Procfile.prod"),
        ({"Dockerfile": ""}, {"branch": "mian"}, NotFound, "has no branch mian"),
        ({"Dockerfile": Link("/etc/passwd")}, {}, Invalid, "Dockerfile leads out of the repository"),
        ({"index.html": "", "Procfile": Link("/etc/passwd")}, {}, Invalid, "Procfile leads out of the repository"),
        ({"api": Link("/")}, {"folder": "api"}, Invalid, "The folder api leads out of the repository"),
        ({"Dockerfile": "x" * 2_000_000}, {}, Invalid, "Dockerfile has 2,000,000 bytes"),
    ],
)
def test_what_a_deployment_would_fail_on_is_told_before(look, files, wanted, kind, said):
    with pytest.raises(kind) as refused:
        look(files, **wanted)
    assert said in refused.value.message


def test_a_place_that_no_setting_opens_is_not_looked_at(settings, tmp_path):
    with pytest.raises(Forbidden):
        preview.look(Wanted("shop", repository=str(tmp_path)), settings)


def test_no_more_than_a_few_repositories_are_looked_at_at_once(look, settings):
    for _ in range(preview.AT_ONCE):
        assert preview._places.acquire(blocking=False)
    try:
        with pytest.raises(TooMany):
            preview.look(Wanted("shop", repository="https://example.org/a"), settings)
    finally:
        for _ in range(preview.AT_ONCE):
            preview._places.release()
    assert look({"index.html": ""}).language == "static"
