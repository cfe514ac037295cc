"""The tables of notices: where they go, and those that wait or went. See ``tables`` for the others."""

from sqlalchemy import Double, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from paas.storage.base import Table


class DestinationRow(Table):
    """``sealed_url`` is encrypted: whoever has it can write in somebody's name. ``app_id`` is None for whatever the
    owner may see, ``rules`` a JSON list of ids, empty for all. ``failures`` counts since something was taken last, the
    next try is at ``next_try_at``, and whoever sends holds it until ``leased_until``."""

    __tablename__ = "destinations"
    __table_args__ = (
        Index("ix_destinations_owner_id", "owner_id"),
        Index("ix_destinations_app_id", "app_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(64))
    sealed_url: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    app_id: Mapped[int | None] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"))
    rules: Mapped[str] = mapped_column(Text, default="[]")
    is_on: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[float] = mapped_column(Double)
    failures: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[float] = mapped_column(Double, default=0.0)
    leased_until: Mapped[float] = mapped_column(Double, default=0.0)
    last_sent_at: Mapped[float | None] = mapped_column(Double)
    last_error: Mapped[str] = mapped_column(Text, default="")
    tested_at: Mapped[float] = mapped_column(Double, default=0.0)


class NoticeRow(Table):
    """One change of one alert for one destination. ``state`` is waiting, sent or given_up; ``path`` leads to what it is
    about. It outlives its incident and its app, so it points to neither."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_destination_id", "destination_id", "state"),
        Index("ix_notices_state", "state", "ended_at"),
        Index("ix_notices_incident_id", "incident_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    destination_id: Mapped[int] = mapped_column(ForeignKey("destinations.id", ondelete="CASCADE"))
    incident_id: Mapped[int | None]
    app_id: Mapped[int | None]
    turn: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(255))
    body: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(255))
    queued_at: Mapped[float] = mapped_column(Double)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[float | None] = mapped_column(Double)
