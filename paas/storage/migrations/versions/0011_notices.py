"""Where notices of alerts go, and those that wait or went."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    _destinations()
    _notices()


def downgrade() -> None:
    op.drop_table("notices")
    op.drop_table("destinations")


def _destinations() -> None:
    op.create_table(
        "destinations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("sealed_url", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="SET NULL"), nullable=True),
        sa.Column("app_id", sa.Integer(), sa.ForeignKey("apps.id", ondelete="CASCADE"), nullable=True),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.Double(), nullable=False),
        sa.Column("leased_until", sa.Double(), nullable=False),
        sa.Column("last_sent_at", sa.Double(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("tested_at", sa.Double(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_destinations_owner_id", "destinations", ["owner_id"])
    op.create_index("ix_destinations_app_id", "destinations", ["app_id"])


def _notices() -> None:
    destination = sa.ForeignKey("destinations.id", ondelete="CASCADE")
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("destination_id", sa.Integer(), destination, nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=True),
        sa.Column("app_id", sa.Integer(), nullable=True),
        sa.Column("turn", sa.String(16), nullable=False),
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("path", sa.String(255), nullable=False),
        sa.Column("queued_at", sa.Double(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_destination_id", "notices", ["destination_id", "state"])
    op.create_index("ix_notices_state", "notices", ["state", "ended_at"])
    op.create_index("ix_notices_incident_id", "notices", ["incident_id"])
