"""What PostgreSQL does and SQLite does not: wait, go away, come back, ask for a password."""

import subprocess
import sys
import traceback

import pytest
import requests
from sqlalchemy import text

from paas.errors import Invalid, Unavailable
from paas.storage import postgresql
from paas.storage.database import Database
from paas.storage.tables import UserRow
from tests.clusters import PASSWORD, PrivateCluster
from tests.dashboard import Dashboard
from tests.waiting import eventually


@pytest.fixture
def own_cluster():
    with PrivateCluster() as cluster:
        yield cluster


def opened(url):
    database = Database(url)
    database.migrate()
    return database


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_address_may_be_written_as_people_write_it(cluster, scheme):
    database = Database(cluster.url().replace("postgresql", scheme, 1))
    assert database.healthy()
    database.close()


def test_what_the_address_says_about_waiting_goes_before(cluster):
    database = Database(f"{cluster.url()}&application_name=ours")
    with database.session() as session:
        assert session.scalar(text("SHOW application_name")) == "ours"
    database.close()


def test_text_is_text_in_a_cluster_without_an_encoding(cluster):
    with cluster.database(encoding="SQL_ASCII") as url:
        database = opened(url)
        with database.session() as session:
            session.add(UserRow(username="Zoë", username_key="zoë", password_hash="", role="member", created_at=1))
        with database.session() as session:
            assert session.query(UserRow).one().username == "Zoë"
        database.close()


def test_password_is_in_no_error(cluster, caplog):
    caplog.set_level("DEBUG")
    secret = "wr0ng-password"
    database = Database(cluster.url(password=secret))
    with pytest.raises(Unavailable, match="password authentication failed") as raised:
        database.migrate()
    assert not database.healthy()
    said = f"{traceback.format_exception(raised.value)} {caplog.text} {database!r} {database._engine!r}"
    assert secret not in said
    database.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://u:se@cret@host/db", "as %40"),
        ("postgresql://u:se@cret:word@host/db", "as %40"),
        ("postgresql://u:secret", "write it as"),
        ("postgresql://u:pass@host:secret/db", "write it as"),
        ("u:secret@host/db", "write it as"),
        ("postgresql+psycopg9://u:secret@host/db", "psycopg9"),
        ("postgresql+psycopg2://u:secret@host/db", "needs the Python package 'psycopg2'"),
    ],
)
def test_unusable_address_is_refused_without_quoting_it(url, says):
    with pytest.raises(Invalid, match=says) as raised:
        Database(url)
    assert "cret" not in "".join(traceback.format_exception(raised.value))


def test_nobody_there_is_unavailable(tmp_path):
    database = Database(f"postgresql://quayside@/quayside?host={tmp_path}")
    with pytest.raises(Unavailable, match=r"The database does not answer: .*No such file"):
        database.migrate()
    assert not database.healthy()


def test_misspelt_option_of_the_address_is_named(tmp_path):
    with pytest.raises(Unavailable, match="sslmod"):
        Database("postgresql://quayside@/quayside?sslmod=require").migrate()


def in_green_threads(code, url):
    """Run it under the patch, as the dashboard runs; what it prints."""
    head = (
        "from paas import concurrency\nconcurrency.patch()\nimport sys, threading, time\nfrom sqlalchemy import text\n"
    )
    head += "from paas.storage import postgresql\nfrom paas.storage.database import Database\n"
    command = [sys.executable, "-W", "ignore", "-c", f"{head}database = Database(sys.argv[1])\n{code}", url]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


WAITS = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def test_who_starts_while_another_migrates_waits_for_it(cluster):
    with cluster.database() as url:
        database = Database(url)
        with database.session() as session:
            postgresql.take_turn(session.connection())
            process = in_green_threads("database.migrate()", url)
            eventually(lambda: session.scalar(WAITS) == 1, 30, what="the other one waits")
        assert process.communicate(timeout=60)[0] == ""
        database.close()


SLOW = """
ticks = 0
def tick():
    global ticks
    while True:
        time.sleep(0.01)
        ticks += 1
threading.Thread(target=tick, daemon=True).start()
def ask():
    with database.session() as session:
        session.execute(text("SELECT pg_sleep(0.5)"))
threads = [threading.Thread(target=ask) for _ in range(5)]
began = time.monotonic()
for thread in threads: thread.start()
for thread in threads: thread.join()
print(ticks > 20, time.monotonic() - began < 2)
"""


def test_slow_queries_hold_up_neither_the_loop_nor_each_other(cluster):
    with in_green_threads(SLOW, cluster.url()) as process:
        assert process.communicate(timeout=30)[0] == "True True\n"


HANGING = """
print(database.healthy(), flush=True)
input()
usual, database._limit_seconds = database._limit_seconds, 0.1
try:
    with database.session() as session:
        session.execute(text("SELECT 1"))
except Exception as problem:
    print(repr(problem))
print([database.healthy() for _ in range(12)].count(False), flush=True)  # more often than the pool has connections
input()
database._limit_seconds = usual
print(database.healthy(), flush=True)
"""


def test_server_that_hangs_is_given_up_on_and_found_again(own_cluster):
    with in_green_threads(HANGING, own_cluster.url()) as process:
        assert process.stdout.readline() == "True\n"
        own_cluster.freeze()
        process.stdin.write("\n")
        process.stdin.flush()
        assert "The database does not answer: timed out" in process.stdout.readline()
        assert process.stdout.readline() == "12\n"
        own_cluster.thaw()
        assert process.communicate("\n", timeout=30)[0] == "True\n"


def test_dashboard_outlives_its_database(own_cluster, tmp_path):
    with Dashboard(tmp_path, docker_host="unix:///nowhere", DATABASE_URL=own_cluster.url()) as dashboard:

        def database():
            return requests.get(f"{dashboard.address}/healthz", timeout=10).json()["database"]

        with dashboard.http() as session:
            assert database()
            own_cluster.stop()
            assert not database()
            page = session.get("/containers")
            assert page.status_code == 503
            assert "The database does not answer" in page.text
            own_cluster.start()
            eventually(database, what="the database is found again")
            assert session.get("/containers").status_code == 200
        assert "The database does not answer" in dashboard.log
        assert PASSWORD not in dashboard.log + page.text
        assert "Traceback" not in dashboard.log
