"""The database: where it is, how a session begins and ends, and its migrations. It knows no table by name.

SQLite is the default, PostgreSQL the tested other. Two rules hold because SQLite blocks the whole loop while it waits
for a lock:

- Sessions take turns. A green thread that yields inside a write while another writes would freeze the process for
  the whole busy timeout; waiting for its turn, the other one yields instead. On one core this costs nothing.
- No session is held across a wait (a hash, the engine, a client): the others would wait with it. On PostgreSQL they
  would soon wait for a connection.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock, get_ident
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from paas.concurrency import limit, run_blocking
from paas.errors import Invalid, Problem, Unavailable
from paas.storage import postgresql

T = TypeVar("T")

MIGRATIONS = Path(__file__).with_name("migrations")

# Only another process (the command line) can make us wait, for milliseconds; while we wait, the loop stands still.
BUSY_TIMEOUT_MS = 2000
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}")


class Database:
    """Sessions on the database at ``url``. Making one does not connect, except that SQLite's folder is made (0700)."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._is_sqlite = self._engine.dialect.name == "sqlite"
        # SQLite has a timeout of its own; a turn that comes late there is no failure.
        self._limit_seconds = None if self._is_sqlite else postgresql.SESSION_SECONDS
        self._turn: Callable[[], AbstractContextManager[object]] = _Turns().take if self._is_sqlite else nullcontext

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on any error; Unavailable when the database fails.

        Objects stay readable afterwards. Sessions do not nest.
        """
        opened = Session(self._engine, expire_on_commit=False)
        patience = limit(self._limit_seconds)
        with patience, self._turn(), _failures_translated(), opened as session, session.begin():
            yield session

    def work(self, function: Callable[[Session], T]) -> T:
        """What the function makes of a session of its own, which ends with it: for what takes many milliseconds.

        On SQLite it runs off the loop, while other sessions wait for their turn; the driver of PostgreSQL waits without
        holding up anyone. The function touches nothing but the session and plain values.
        """
        with self.session() as session:
            session.connection()  # here, where the pool's locks are those of the loop
            return run_blocking(function, session) if self._is_sqlite else function(session)

    def migrate(self) -> None:
        """Bring the schema to the newest revision; nothing happens when it is there already."""
        with self._turn(), _failures_translated(), self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                postgresql.take_turn(connection)
            if not _is_newest(connection):
                _upgrade(connection)

    def healthy(self) -> bool:
        """Whether the database answers at this moment."""
        try:
            with self.session() as session:
                session.execute(text("SELECT 1"))
        except Problem:
            return False
        return True

    def close(self) -> None:
        """Close the connections kept for later; a new session opens them again."""
        self._engine.dispose()


def _is_newest(connection: Connection) -> bool:
    """Asked without Alembic, which takes 8 MB: most starts have nothing for it to do."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    newest = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    return list(connection.scalars(text("SELECT version_num FROM alembic_version"))) == [newest]


def _upgrade(connection: Connection) -> None:
    logging.getLogger("alembic").setLevel(logging.WARNING)  # before its import, which already talks
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


class _Turns:
    """A lock that refuses to be taken twice by one thread, instead of waiting for ever."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._holder: int | None = None

    @contextmanager
    def take(self) -> Iterator[None]:
        if self._holder == get_ident():
            raise RuntimeError("a database session was opened inside another; pass the open one on")
        with self._lock:
            self._holder = get_ident()
            try:
                yield
            finally:
                self._holder = None


def _engine(text_url: str) -> Engine:
    url = _parsed(text_url)
    try:
        if url.drivername in postgresql.NAMES:
            url = url.set(drivername="postgresql+psycopg")
        match url.get_backend_name():
            case "sqlite":
                return _sqlite(url)
            case "postgresql":
                return postgresql.engine(url)
        return create_engine(url, pool_pre_ping=True)
    except ArgumentError as error:
        raise Invalid(f"DATABASE_URL cannot be used: {error}") from error
    except ModuleNotFoundError as error:
        raise Invalid(f"DATABASE_URL needs the Python package {error.name!r}, which is not installed.") from error


def _parsed(text_url: str) -> URL:
    """The messages quote nothing: with one character wrong, any part may hold a piece of the password."""
    if not text_url.startswith("sqlite") and text_url.count("@") > 1:
        raise Invalid("DATABASE_URL cannot be used: write an @ in a user name or a password as %40.")
    try:
        return make_url(text_url)
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        raise Invalid("DATABASE_URL cannot be used: write it as scheme://user:password@host:port/database.") from None


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise Invalid("DATABASE_URL must name a file: what is kept in memory would be lost with the process.")
    _make_private(Path(url.database))
    engine = create_engine(url)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _make_private(path: Path) -> None:
    """Make the file and its folder for us alone: it holds password hashes. SQLite's side files take over its mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise Invalid(f"The database file {path} cannot be opened: {error.strerror}. See PAAS_DATA_DIR.") from error


def _on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    # The sqlite3 module begins no transaction before DDL, so half a migration could stay behind: we begin our own.
    # https://docs.sqlalchemy.org/en/21/dialects/sqlite.html#enabling-non-legacy-sqlite-transactional-modes-with-the-sqlite3-or-aiosqlite-driver
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.cursor().execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads first and writes later could fail at once (SQLITE_BUSY_SNAPSHOT), without
    # the busy timeout, when the command line has written in between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _failures_translated() -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError):
        raise  # the database answers; what its refusal means is known to the caller
    except (DBAPIError, PoolTimeout, TimeoutError) as error:
        raise Unavailable(f"The database does not answer: {_reason(error)}. Try again in a moment.") from error


def _reason(error: BaseException) -> str:
    """The driver's words, without the statement that PostgreSQL quotes below; or that our own patience ended."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TimeoutError):  # the driver, interrupted, may have complained of that on its way out
            return str(cause)
        cause = cause.__context__
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
