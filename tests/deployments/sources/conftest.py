"""A folder of real repositories, and a way to fetch from them."""

from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from paas.deployments.source.source import Commit, fetch
from paas.settings import Settings
from tests.repositories import Repository
from tests.waiting import eventually


@dataclass(frozen=True)
class Fetched:
    commit: Commit
    folder: Path
    said: list[str]

    def text(self, path):
        return (self.folder / path).read_text()


@pytest.fixture
def settings(tmp_path):
    for folder in ("data", "repositories", "work"):
        (tmp_path / folder).mkdir()
    return Settings(data_dir=tmp_path / "data", local_repositories=tmp_path / "repositories")


@pytest.fixture
def repository(settings):
    return Repository(settings.local_repositories / "shop.git")


@pytest.fixture
def living(tmp_path):
    """``living()`` -> the processes that have their home or work in the test's folder."""

    def living():
        return [process for process in psutil.process_iter() if _is_in(process, tmp_path)]

    yield living
    eventually(lambda: living() == [], what="git and its helpers have ended")


@pytest.fixture
def get(settings, tmp_path, living):
    """``get(source, name)`` fetches it to a folder of that name; settings may be replaced."""

    def get(source, name="checkout", *, seconds=30, **changes):
        said: list[str] = []
        folder = tmp_path / "work" / name
        commit = fetch(source, folder, settings=replace(settings, **changes), say=said.append, seconds=seconds)
        return Fetched(commit, folder, said)

    return get


def _is_in(process, folder):
    try:
        places = (process.cwd(), process.environ().get("HOME", ""))
    except (psutil.Error, OSError):
        return False
    return any(Path(place).is_relative_to(folder) for place in places if place)
