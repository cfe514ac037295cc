"""What was saved comes back, and nothing that is in use is replaced."""

import contextlib
import sqlite3
import tarfile
from dataclasses import replace

import pytest

from paas.errors import Conflict, Invalid
from paas.settings import Settings
from paas.storage import backup
from paas.storage.file_lock import FileLock


def settings_of(folder):
    return Settings(data_dir=folder, database_url=f"sqlite:///{folder}/quayside.db")


def rows(folder):
    with contextlib.closing(sqlite3.connect(folder / "quayside.db")) as database:
        return [name for (name,) in database.execute("SELECT name FROM kept ORDER BY name")]


@pytest.fixture
def data(tmp_path):
    """A data folder in use: its newest rows are in the log that SQLite writes ahead alone."""
    folder = tmp_path / "data"
    (folder / "deployments" / "1").mkdir(parents=True)
    (folder / "deployments" / "1" / "log").write_bytes(b"built")
    (folder / "secret_key").write_text("a key")
    (folder / "secret_key").chmod(0o600)
    with contextlib.closing(sqlite3.connect(folder / "quayside.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE kept (name TEXT)")
        database.execute("INSERT INTO kept VALUES ('shop')")
        database.commit()
        yield folder


def test_what_was_saved_comes_back(data, tmp_path):
    file, elsewhere = tmp_path / "saved", tmp_path / "new" / "data"
    assert backup.save(settings_of(data), file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert backup.load(settings_of(elsewhere), file, force=False)
    assert rows(elsewhere) == ["shop"]
    assert (elsewhere / "deployments" / "1" / "log").read_bytes() == b"built"
    assert (elsewhere / "secret_key").read_text() == "a key"
    assert (elsewhere / "secret_key").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob(".backup-*")) == []


def test_file_within_the_data_folder_does_not_hold_itself(data):
    backup.save(settings_of(data), data / "saved")
    with tarfile.open(data / "saved") as archive:
        assert sorted(archive.getnames()) == ["deployments/1/log", "quayside.db", "secret_key"]


def test_folder_in_use_is_replaced_by_force_alone_and_whole(data, tmp_path):
    file, elsewhere = tmp_path / "saved", tmp_path / "other"
    backup.save(settings_of(data), file)
    elsewhere.mkdir()
    (elsewhere / "quayside.db-wal").write_bytes(b"of another database")
    with pytest.raises(Conflict, match="--force"):
        backup.load(settings_of(elsewhere), file, force=False)
    assert backup.load(settings_of(elsewhere), file, force=True)
    assert rows(elsewhere) == ["shop"]


def test_running_dashboard_is_left_alone(data, tmp_path):
    backup.save(settings_of(data), tmp_path / "saved")
    lock = FileLock(data / "deployments" / "lock")
    assert lock.acquire()
    with pytest.raises(Conflict, match="Stop it"):
        backup.load(settings_of(data), tmp_path / "saved", force=True)
    lock.release()


def test_database_on_a_server_is_not_in_it_but_the_rest_is(data, tmp_path):
    settings = replace(settings_of(data), database_url="postgresql+psycopg://nobody@nowhere/quayside")
    assert not backup.save(settings, tmp_path / "saved")
    elsewhere = replace(settings, data_dir=tmp_path / "other")
    assert not backup.load(elsewhere, tmp_path / "saved", force=False)
    assert (tmp_path / "other" / "secret_key").read_text() == "a key"
    assert not (tmp_path / "other" / "quayside.db").exists()


def test_nothing_is_written_over_and_nothing_is_made_of_nothing(data, tmp_path):
    (tmp_path / "saved").write_text("older")
    with pytest.raises(Conflict, match="exists already"):
        backup.save(settings_of(data), tmp_path / "saved")
    with pytest.raises(Invalid, match="could not be restored"):
        backup.load(settings_of(tmp_path / "other"), tmp_path / "saved", force=False)
    with pytest.raises(Invalid, match="PAAS_DATA_DIR"):
        backup.save(settings_of(tmp_path / "nowhere"), tmp_path / "newer")
