"""The tables of what was measured, in roll-ups, and of what happened to containers. See ``tables`` for the others."""

from sqlalchemy import BigInteger, Double, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from paas.storage.base import Table


class MetricSubjectRow(Table):
    """What is measured: ``host``, ``app/<id>``, ``app/<id>/<process>`` or ``container/<name>``."""

    __tablename__ = "metric_subjects"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), unique=True)


class MetricPointRow(Table):
    """All metrics of a subject in the ``step`` seconds from ``at`` on; ``paas.metrics.packing`` packs them. Without row
    ids, so that what a chart reads lies side by side."""

    __tablename__ = "metric_points"
    __table_args__ = ({"sqlite_with_rowid": False},)

    subject_id: Mapped[int] = mapped_column(ForeignKey("metric_subjects.id", ondelete="CASCADE"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class MetricMarkRow(Table):
    """What happened to a container: ``kind`` is restart, exit or out_of_memory. ``app_id`` points nowhere on purpose:
    what an app leaves behind is swept up in small parts."""

    __tablename__ = "metric_marks"
    __table_args__ = (Index("ix_metric_marks_at", "at"), Index("ix_metric_marks_container_id", "container_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float] = mapped_column(Double)
    kind: Mapped[str] = mapped_column(String(16))
    app_id: Mapped[int | None]
    process: Mapped[str] = mapped_column(String(255))
    container_id: Mapped[str] = mapped_column(String(64))
    exit_code: Mapped[int | None]
