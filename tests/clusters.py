"""A PostgreSQL of the tests' own, which they may stop and freeze.

It shares nothing with one that the machine may run: own data, a socket in its own folder and no port. As PostgreSQL
refuses to be root, root lends it another user. It ends with the test run even if that is killed; the next one sweeps.
"""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import psutil
import psycopg
import pytest

from paas.storage.database import Database
from tests.waiting import eventually
from tools.ensure_test_needs import initdb

ROOT = Path(tempfile.gettempdir()) / f"quayside-clusters-{os.geteuid()}"
PASSWORD = "kept-f0r-ourselves"
SETTINGS = ("listen_addresses=", "fsync=off", "shared_buffers=16MB", "max_connections=40")

MIGRATED = "migrated"
END_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""

_numbers = itertools.count(1)


class PrivateCluster:
    """``with PrivateCluster() as cluster`` starts it and leaves nothing behind. What is in it outlives ``stop()``."""

    def __init__(self) -> None:
        found = initdb()
        if found is None:
            pytest.skip("postgresql: initdb is not installed (Debian: apt-get install postgresql)")
        if shutil.which("setpriv") is None:
            pytest.skip("postgresql: setpriv is not installed (Debian: apt-get install util-linux)")
        self._programs = Path(found).parent
        self.folder = ROOT / f"{os.getpid()}-{next(_numbers)}"
        self._process: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self._is_migrated = False

    def __enter__(self) -> Self:
        _sweep()
        try:
            self._make()
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def url(self, name: str = "postgres", *, password: str = PASSWORD) -> str:
        return f"postgresql://quayside:{password}@/{name}?host={self.folder}"

    @contextmanager
    def migrated_database(self) -> Iterator[str]:
        """The address of one with the newest schema and nothing in it, for one test at a time: making one takes a third
        of a second, emptying it a tenth of that."""
        if not self._is_migrated:
            self._make_migrated()
        yield self.url(MIGRATED)
        with self._connect(MIGRATED) as connection:
            connection.execute(END_OTHERS)
            connection.execute("SET session_replication_role = replica")  # past the triggers that guard the audit
            connection.execute(f"TRUNCATE {self._tables(connection)} RESTART IDENTITY CASCADE")

    @contextmanager
    def database(self, *, encoding: str = "UTF8") -> Iterator[str]:
        """The address of a new and empty one."""
        name = f"test{next(self._names)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING {encoding}")
        yield self.url(name)
        with self._connect() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def start(self) -> None:
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        server = [str(self._programs / "postgres"), "-D", f"{self.folder}/data", "-k", str(self.folder), *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "QUIT", *server],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is for pytest, which then ends us in order
                **self._as_whom(),
            )
        eventually(self._is_up, 30, what="PostgreSQL answers")

    def stop(self) -> None:
        """End it as an operator would, without waiting for its clients to leave."""
        assert self._process is not None, "PostgreSQL has not been started"
        self.thaw()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)

    def freeze(self) -> None:
        """Connections stay open and new ones are accepted, nothing is answered: a machine that swaps or hangs."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self) -> None:
        ROOT.mkdir(mode=0o711, exist_ok=True)
        self.folder.mkdir(mode=0o700)
        (self.folder / "password").write_text(PASSWORD)
        whom = self._as_whom()
        for path in (self.folder, self.folder / "password"):
            os.chown(path, whom.get("user", -1), whom.get("group", -1))
        command = [self._programs / "initdb", "-D", f"{self.folder}/data", "--username=quayside", "--no-sync"]
        command += ["--auth=scram-sha-256", f"--pwfile={self.folder}/password", "--locale=C", "--encoding=UTF8"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, **whom)
        if done.returncode:
            pytest.skip(f"postgresql: initdb failed: {done.stderr.strip()}")

    def _as_whom(self) -> dict:
        if os.geteuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _make_migrated(self) -> None:
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {MIGRATED} TEMPLATE template0 ENCODING UTF8")
        with contextlib.closing(Database(self.url(MIGRATED))) as database:
            database.migrate()
        self._is_migrated = True

    def _tables(self, connection: psycopg.Connection) -> str:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return ", ".join(name for (name,) in found if name != "alembic_version")

    def _connect(self, name: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(name), autocommit=True, connect_timeout=5)

    def _is_up(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"postgres ended with {self._process.returncode}: {self.log[-1000:]}")
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        server = psutil.Process(self._process.pid)
        for process in (server, *server.children()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)


def _sweep() -> None:
    """Remove what killed test runs left; their servers have ended with them."""
    for folder in ROOT.glob("*-*"):
        if not psutil.pid_exists(int(folder.name.partition("-")[0])):
            shutil.rmtree(folder, ignore_errors=True)
