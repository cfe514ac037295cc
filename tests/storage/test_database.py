"""Sessions and migrations on both databases, and what happens when SQLite fails or is busy."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from paas.errors import Invalid, NotFound, Unavailable
from paas.storage import database as database_module
from paas.storage.database import Database
from paas.storage.tables import SetupCodeRow, Table


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept" / "quayside.db"


@pytest.fixture
def unmigrated(database_url):
    """Of either kind."""
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def database(unmigrated):
    """Of either kind."""
    unmigrated.migrate()
    return unmigrated


@pytest.fixture
def sqlite(path):
    database = Database(f"sqlite:///{path}")
    database.migrate()
    yield database
    database.close()


def add_code(database, name):
    with database.session() as session:
        session.add(SetupCodeRow(hash=name, created_at=1.0))


def codes(database):
    with database.session() as session:
        return [row.hash for row in session.query(SetupCodeRow).order_by(SetupCodeRow.hash)]


def test_migrations_and_tables_agree(database):
    with database.session() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_migrating_again_changes_nothing_and_keeps_what_is_there(database):
    add_code(database, "a")
    database.migrate()
    assert codes(database) == ["a"]


def test_migrations_run_from_any_folder_and_print_nothing(tmp_path):
    code = "import logging; logging.basicConfig(level=logging.INFO)\n"
    code += "from paas.storage.database import Database; Database('sqlite:///here/x.db').migrate()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout + done.stderr == ""
    assert (tmp_path / "here" / "x.db").exists()


def test_failed_migration_leaves_nothing_behind(unmigrated, monkeypatch):
    def broken(config, revision):
        connection = config.attributes["connection"]
        connection.execute(text("CREATE TABLE half (id INTEGER)"))
        connection.execute(text("CREATE TABLE half (id INTEGER)"))

    monkeypatch.setattr("alembic.command.upgrade", broken)
    with pytest.raises(Unavailable):
        unmigrated.migrate()
    with unmigrated.session() as session:
        assert inspect(session.connection()).get_table_names() == []


def test_file_and_new_folder_are_for_us_alone(sqlite, path):
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes["quayside.db"] == 0o600
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 2000)]
)
def test_pragmas_hold_on_every_connection(sqlite, pragma, value):
    with sqlite.session() as session:
        assert session.execute(text(f"PRAGMA {pragma}")).scalar_one() == value


def test_problem_inside_a_session_rolls_it_back(database):
    def write_and_fail():
        with database.session() as session:
            session.add(SetupCodeRow(hash="a", created_at=1.0))
            session.flush()
            raise NotFound("no")

    with pytest.raises(NotFound):
        write_and_fail()
    assert codes(database) == []


def test_rows_stay_readable_after_the_session(database):
    add_code(database, "a")
    with database.session() as session:
        row = session.get(SetupCodeRow, "a")
    assert row.created_at == 1.0


def test_session_inside_a_session_is_refused_at_once(sqlite):
    with pytest.raises(RuntimeError, match="inside another"), sqlite.session(), sqlite.session():
        pass
    assert codes(sqlite) == []


def test_writers_all_get_through_even_when_one_waits_inside_its_write(database):
    inside, go_on = threading.Event(), threading.Event()

    def slow():
        with database.session() as session:
            session.add(SetupCodeRow(hash="slow", created_at=1.0))
            session.flush()
            inside.set()
            assert go_on.wait(10)

    first = threading.Thread(target=slow)
    first.start()
    assert inside.wait(10)
    second = threading.Thread(target=add_code, args=(database, "quick"))
    second.start()
    go_on.set()
    first.join(10)
    second.join(10)
    assert codes(database) == ["quick", "slow"]


def test_lock_held_by_another_process_becomes_unavailable(sqlite, path, monkeypatch):
    monkeypatch.setattr(database_module, "PRAGMAS", ("busy_timeout=1",))
    sqlite.close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="database is locked"):
        add_code(sqlite, "a")
    assert not sqlite.healthy()
    other.execute("ROLLBACK")
    other.close()
    assert sqlite.healthy()


def test_missing_table_is_unavailable_and_not_a_traceback(unmigrated):
    with pytest.raises(Unavailable, match=r'no such table|relation "setup_codes" does not exist'):
        codes(unmigrated)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "DATABASE_URL cannot be used"),
        ("oracle9://x/y", "DATABASE_URL cannot be used"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("mysql+mysqldb://u:p@h/d", "needs the Python package 'MySQLdb'"),
    ],
)
def test_unusable_address_is_refused_with_the_reason(url, says):
    with pytest.raises(Invalid, match=says):
        Database(url)


def test_folder_that_cannot_be_made_is_refused_by_name(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Invalid, match=r"quayside\.db cannot be opened"):
        Database(f"sqlite:///{tmp_path}/file/quayside.db")


GREEN = """
from paas import concurrency
concurrency.patch()
import sys, threading, time
from paas.storage.database import Database
from paas.storage.tables import SetupCodeRow
database = Database(sys.argv[1])
database.migrate()
def write(number):
    for turn in range(5):
        with database.session() as session:
            session.add(SetupCodeRow(hash=f"{number} {turn}", created_at=1.0))
            session.flush()
            time.sleep(0.001)  # lets the others run, inside a write
threads = [threading.Thread(target=write, args=(number,)) for number in range(10)]
for thread in threads: thread.start()
for thread in threads: thread.join()
with database.session() as session:
    print(session.query(SetupCodeRow).count())
"""


def test_green_threads_that_wait_inside_a_write_do_not_freeze_the_process(path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", GREEN, f"sqlite:///{path}"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("50\n", "")


LONG_WORK = """
from paas import concurrency
concurrency.patch()
import sys, threading, time
from sqlalchemy import text
from paas.storage.database import Database
from paas.storage.tables import SetupCodeRow
SLOW = "WITH RECURSIVE n(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM n WHERE x < 3000000) SELECT max(x) FROM n"
database = Database(sys.argv[1])
database.migrate()
ticks, order, ended = [], [], threading.Event()
def tick():
    while not ended.is_set():
        time.sleep(0.001)
        ticks.append(time.monotonic())
def work(session):
    session.add(SetupCodeRow(hash="a", created_at=1.0))
    found = session.execute(text(SLOW)).scalar_one()
    order.append("long")
    return found
def write():
    with database.session() as session:
        session.add(SetupCodeRow(hash="b", created_at=1.0))
    order.append("short")
threading.Thread(target=tick).start()
time.sleep(0.01)
threading.Timer(0.01, write).start()
before = len(ticks)
print(database.work(work), len(ticks) > before + 3)
while len(order) < 2: time.sleep(0.01)
with database.session() as session:
    print(order, session.query(SetupCodeRow).count())
ended.set()
"""


def test_long_work_on_sqlite_holds_up_only_who_needs_the_database(path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LONG_WORK, f"sqlite:///{path}"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("3000000 True\n['long', 'short'] 2\n", "")


def test_work_is_rolled_back_when_it_fails_and_its_value_comes_back(database):
    def write(session, name):
        session.add(SetupCodeRow(hash=name, created_at=1.0))
        session.flush()
        if name == "b":
            raise NotFound("no")
        return name

    assert database.work(lambda session: write(session, "a")) == "a"
    with pytest.raises(NotFound):
        database.work(lambda session: write(session, "b"))
    assert codes(database) == ["a"]
