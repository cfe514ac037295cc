"""By what a request for a deployment is known when it is sent once more."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("deployments", sa.Column("request_key", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("deployments", "request_key")
