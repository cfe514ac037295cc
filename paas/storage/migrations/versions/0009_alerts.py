"""Rules that watch apps and the machine, how each stands, and the incidents that came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _rules()
    op.create_table("alert_seeds", sa.Column("name", sa.String(32), primary_key=True))
    op.create_table(
        "alert_silences",
        sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("until", sa.Double, nullable=False),
    )
    _incidents()
    _states()


def downgrade() -> None:
    for name in ("alert_states", "incidents", "alert_silences", "alert_seeds", "alert_rules"):
        op.drop_table(name)


def _rules() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("about", sa.String(8), nullable=False),
        sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", ondelete="CASCADE"), nullable=True),
        sa.Column("metric", sa.String(24), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("threshold", sa.Double, nullable=False),
        sa.Column("minutes", sa.Double, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("hours", sa.Double, nullable=False),
        sa.Column("pattern", sa.Text, nullable=False),
        sa.Column("cooldown_minutes", sa.Double, nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False),
        sa.Column("silent_until", sa.Double, nullable=True),
        sa.Column("changed_at", sa.Double, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_rules_app_id", "alert_rules", ["app_id"])


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("rule_id", sa.Integer, sa.ForeignKey("alert_rules.id", ondelete="SET NULL"), nullable=True),
        sa.Column("rule_name", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", ondelete="CASCADE"), nullable=True),
        sa.Column("began_at", sa.Double, nullable=False),
        sa.Column("fired_at", sa.Double, nullable=False),
        sa.Column("recovered_at", sa.Double, nullable=True),
        sa.Column("value", sa.Double, nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incidents_fired_at", "incidents", ["fired_at"])
    op.create_index("ix_incidents_app_id", "incidents", ["app_id", "fired_at"])


def _states() -> None:
    op.create_table(
        "alert_states",
        sa.Column("rule_id", sa.Integer, sa.ForeignKey("alert_rules.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", sa.Double, nullable=False),
        sa.Column("seen_at", sa.Double, nullable=False),
        sa.Column("clear_since", sa.Double, nullable=True),
        sa.Column("recovered_at", sa.Double, nullable=True),
        sa.Column("told", sa.String(16), nullable=False),
        sa.Column("told_at", sa.Double, nullable=True),
        sa.Column("flaps", sa.Integer, nullable=False),
        sa.Column("value", sa.Double, nullable=True),
        sa.Column("incident_id", sa.Integer, sa.ForeignKey("incidents.id", ondelete="SET NULL"), nullable=True),
    )
    op.create_index("ix_alert_states_incident_id", "alert_states", ["incident_id"])
