"""Alembic calls this to run the migrations, on the connection that ``Database.migrate`` hands over."""

from alembic import context

from paas.storage import tables  # noqa: F401 - all of them
from paas.storage.base import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,  # SQLite cannot alter a column: Alembic copies the table instead
)
with context.begin_transaction():
    context.run_migrations()
