"""What was measured, in roll-ups, and what happened to containers meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "metric_subjects",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("subject", sa.String(255), nullable=False, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "metric_points",
        sa.Column(
            "subject_id", sa.Integer(), sa.ForeignKey("metric_subjects.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("step", sa.Integer(), primary_key=True),
        sa.Column("at", sa.BigInteger(), primary_key=True),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metric_marks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("app_id", sa.Integer(), nullable=True),
        sa.Column("process", sa.String(255), nullable=False),
        sa.Column("container_id", sa.String(64), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=True),
    )
    op.create_index("ix_metric_marks_at", "metric_marks", ["at"])
    op.create_index("ix_metric_marks_container_id", "metric_marks", ["container_id"])


def downgrade() -> None:
    op.drop_table("metric_marks")
    op.drop_table("metric_points")
    op.drop_table("metric_subjects")
