"""PostgreSQL: the driver, and how long anyone waits for a server that is away. Sessions may run side by side here.

psycopg 3 is green only where ``paas.concurrency.patch`` has prepared it.
"""

from sqlalchemy import Connection, Engine, create_engine, func, select
from sqlalchemy.engine import URL

NAMES = ("postgresql", "postgres")
"""What people write before ``://``: the first is libpq's, the second what hosting companies hand out."""

SESSION_SECONDS = 10
"""A server that hangs keeps its connections open and never answers; a session takes milliseconds."""

MIGRATIONS_LOCK = 0x71756179
"""Any number will do that other programs in the same database do not take: "quay"."""

# libpq's own words; what the operator's URL says about one of them goes before.
# https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
CONNECTION = {
    "connect_timeout": "5",
    # A server whose machine is gone sends no farewell, and Linux would go on believing in it for a quarter of an hour.
    "tcp_user_timeout": "10000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
    # A cluster made under LANG=C says SQL_ASCII, and psycopg would hand out bytes for text.
    "client_encoding": "utf8",
    "application_name": "quayside",
}


def engine(url: URL) -> Engine:
    """An engine whose pool asks each connection whether it lives before it hands it out, and soon says it is empty."""
    url = url.set(query={**CONNECTION, **url.query})
    # A session takes milliseconds and spans no wait: ten serve many. No overflow, which would connect anew each time.
    return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=0, pool_timeout=10)


def take_turn(connection: Connection) -> None:
    """Wait until no other process migrates this database, and keep the others waiting until the transaction ends."""
    connection.execute(select(func.pg_advisory_xact_lock(MIGRATIONS_LOCK)))
