"""The whole data folder as one archive, and back. Of a database that is not SQLite the rest alone is taken.

SQLite is copied by its own backup, which is one moment of the database whoever writes meanwhile; a copy of its file
would not be. Keys and build logs are copied as they are: keys never change in place, and logs only grow.
"""

import contextlib
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from paas.errors import Conflict, Invalid, Unavailable
from paas.settings import Settings
from paas.storage.file_lock import FileLock

DATABASE = "quayside.db"
LOCK = Path("deployments", "lock")
NOT_COPIED = frozenset({DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal"})


def save(settings: Settings, target: Path) -> bool:
    """Write the archive, readable for us alone; whether the database is in it. Nothing is left of one that failed."""
    database = _sqlite(settings)
    if target.exists():
        raise Conflict(f"{target} exists already. Name a file that does not.")
    if not settings.data_dir.is_dir():
        raise Invalid(f"There is no folder {settings.data_dir}. Set PAAS_DATA_DIR as for the dashboard.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            made = Path(folder) / "archive"
            with tarfile.open(made, "w:gz") as archive:
                if database is not None:
                    archive.add(_copied(database, Path(folder)), DATABASE)
                _add_rest(archive, settings.data_dir, target)
            made.chmod(0o600)
            made.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"The backup could not be written to {target}: {error}.") from error
    return database is not None


def load(settings: Settings, source: Path, *, force: bool) -> bool:
    """Unpack the archive into the data folder; whether the database was in it. Conflict while a dashboard runs there,
    and, without ``force``, where something is in the folder already: what is in both is then replaced."""
    folder, database = settings.data_dir, _sqlite(settings)
    if not force and any(path.is_file() and path != folder / LOCK for path in folder.rglob("*")):
        raise Conflict(
            f"{folder} is not empty. Name another in PAAS_DATA_DIR, or add --force to replace what is there."
        )
    with _alone(folder):
        try:
            return _unpacked(source, folder, database)
        except (OSError, EOFError, tarfile.TarError) as error:
            raise Invalid(f"{source} could not be restored: {error}.") from error


def _sqlite(settings: Settings) -> Path | None:
    """The file of the database; None where it is on a server."""
    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _copied(database: Path, folder: Path) -> Path:
    copy = folder / DATABASE
    with (
        contextlib.closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as live,
        contextlib.closing(sqlite3.connect(copy)) as copied,
    ):
        live.backup(copied)
    return copy


def _add_rest(archive: tarfile.TarFile, folder: Path, target: Path) -> None:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        is_ours = path.is_relative_to(target.parent) and name.parts[0].startswith(".backup-")
        if path.is_file() and not path.is_symlink() and not is_ours and str(name) not in NOT_COPIED and name != LOCK:
            with contextlib.suppress(FileNotFoundError):  # the log of a deployment whose app was deleted meanwhile
                archive.add(path, str(name))


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    lock = FileLock(folder / LOCK)
    if not lock.acquire():
        raise Conflict(f"A dashboard runs on {folder}. Stop it, restore, and start it again.")
    try:
        yield
    finally:
        lock.release()


def _unpacked(source: Path, folder: Path, database: Path | None) -> bool:
    with tarfile.open(source, "r:gz") as archive:
        names = archive.getnames()
        if database is not None:
            for suffix in ("-wal", "-shm", "-journal"):  # of the database before: SQLite would replay it into this one
                Path(f"{database}{suffix}").unlink(missing_ok=True)
        archive.extractall(folder, filter="data")
    if DATABASE not in names:
        return False
    if database is not None and database != folder / DATABASE:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / DATABASE).replace(database)
    return True
