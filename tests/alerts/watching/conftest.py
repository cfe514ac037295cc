"""An engine with apps on it, a clock that the test moves, and a database of one kind: what is kept is tried on both in
test_standings.py."""

import contextlib
import shutil

import pytest

from paas.alerts import rulebook, seeds
from paas.storage.alert_tables import AlertRuleRow
from paas.storage.database import Database
from tests.alerts.scene import NOW, Scene


@pytest.fixture
def database(tmp_path, newest_schema):
    path = shutil.copy(newest_schema, tmp_path)
    with contextlib.closing(Database(f"sqlite:///{path}")) as database:
        yield database


@pytest.fixture
def scene(database, shop, monkeypatch):
    """No rule is there from the start."""
    monkeypatch.setattr(seeds, "SEEDS", {})
    return Scene(database)


@pytest.fixture
def rule(database):
    """``rule(wanted)`` is watched from the beginning of the scene."""

    def rule(wanted):
        with database.session() as session:
            made = rulebook.insert(session, wanted)
            session.get(AlertRuleRow, made.id).changed_at = NOW - 1
        return made

    return rule
