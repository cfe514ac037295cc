"""What fires is counted on every page: found without reading the whole history."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_incidents_recovered_at", "incidents", ["recovered_at"])


def downgrade() -> None:
    op.drop_index("ix_incidents_recovered_at", "incidents")
