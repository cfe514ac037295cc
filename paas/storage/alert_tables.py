"""The tables of alerts: rules, how each stands, and what came of them. See ``tables`` for the others."""

from sqlalchemy import Double, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from paas.storage.base import Table


class AlertRuleRow(Table):
    """What is watched. ``about`` is machine, apps or app; what the kind does not use stands at its default."""

    __tablename__ = "alert_rules"
    __table_args__ = (Index("ix_alert_rules_app_id", "app_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(24))
    about: Mapped[str] = mapped_column(String(8))
    app_id: Mapped[int | None] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"))
    metric: Mapped[str] = mapped_column(String(24))
    direction: Mapped[str] = mapped_column(String(8))
    threshold: Mapped[float] = mapped_column(Double)
    minutes: Mapped[float] = mapped_column(Double)
    times: Mapped[int]
    hours: Mapped[float] = mapped_column(Double)
    pattern: Mapped[str] = mapped_column(Text)
    cooldown_minutes: Mapped[float] = mapped_column(Double)
    is_on: Mapped[bool]
    silent_until: Mapped[float | None] = mapped_column(Double)
    changed_at: Mapped[float] = mapped_column(Double)


class AlertSeedRow(Table):
    """A rule that was there from the start: it is made once, so that one that was removed does not come back."""

    __tablename__ = "alert_seeds"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)


class AlertSilenceRow(Table):
    """Until when nobody is told of what happens to an app."""

    __tablename__ = "alert_silences"

    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[float] = mapped_column(Double)


class IncidentRow(Table):
    """Something that went wrong, from ``began_at`` on; told of from ``fired_at``, over at ``recovered_at``. It outlives
    its rule. ``times`` counts how often it came back within the rule's cooldown."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index("ix_incidents_fired_at", "fired_at"),
        Index("ix_incidents_app_id", "app_id", "fired_at"),
        Index("ix_incidents_recovered_at", "recovered_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("alert_rules.id", ondelete="SET NULL"))
    rule_name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(255))
    app_id: Mapped[int | None] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"))
    began_at: Mapped[float] = mapped_column(Double)
    fired_at: Mapped[float] = mapped_column(Double)
    recovered_at: Mapped[float | None] = mapped_column(Double)
    value: Mapped[float | None] = mapped_column(Double)
    text: Mapped[str] = mapped_column(Text)
    times: Mapped[int]


class AlertStateRow(Table):
    """How one rule stands with one subject, so that a restart of the dashboard changes nothing: see
    ``paas.alerts.states``."""

    __tablename__ = "alert_states"
    __table_args__ = (Index("ix_alert_states_incident_id", "incident_id"),)

    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rules.id", ondelete="CASCADE"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    since: Mapped[float] = mapped_column(Double)
    seen_at: Mapped[float] = mapped_column(Double)
    clear_since: Mapped[float | None] = mapped_column(Double)
    recovered_at: Mapped[float | None] = mapped_column(Double)
    told: Mapped[str] = mapped_column(String(16))
    told_at: Mapped[float | None] = mapped_column(Double)
    flaps: Mapped[int]
    value: Mapped[float | None] = mapped_column(Double)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id", ondelete="SET NULL"))
