"""The schema; alerts, notices and metrics have pages of their own. Times are seconds since 1970 in UTC; a change here
needs a migration beside it.

``sqlite_autoincrement`` where an id outlives its row, on containers or in names of files: SQLite would give the id of
the newest row again once that row is deleted, and the next app would be taken for the one before it."""

from sqlalchemy import BigInteger, Double, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from paas.storage import alert_tables, metric_tables, notice_tables  # noqa: F401 - the schema is known as a whole
from paas.storage.base import Table


class UserRow(Table):
    """``username`` is shown as its owner wrote it; ``username_key``, in lower case, is what must be unique."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    username_key: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[float] = mapped_column(Double)


class SessionRow(Table):
    """``id`` is the SHA-256 of a token that only its holder knows: who reads this table cannot sign in with it."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_user_id", "user_id"), Index("ix_sessions_expires_at", "expires_at"))

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[float] = mapped_column(Double)
    last_seen_at: Mapped[float] = mapped_column(Double)
    expires_at: Mapped[float] = mapped_column(Double)
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(255))


class SetupCodeRow(Table):
    """The code that makes the owner, kept as its SHA-256."""

    __tablename__ = "setup_codes"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[float] = mapped_column(Double)
    used_at: Mapped[float | None] = mapped_column(Double)


class SecondFactorRow(Table):
    """``last_step`` is the half minute (since 1970) of the last code taken; it counts once it is confirmed."""

    __tablename__ = "second_factors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[int]
    begun_at: Mapped[float] = mapped_column(Double)
    confirmed_at: Mapped[float | None] = mapped_column(Double)


class RecoveryCodeRow(Table):
    """A code that was not used yet, as its SHA-256."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)


class ApiTokenRow(Table):
    """``hash`` is the SHA-256 of a token that only its holder knows; ``scope`` is read, deploy, manage or admin."""

    __tablename__ = "api_tokens"
    __table_args__ = (Index("ix_api_tokens_user_id", "user_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[float] = mapped_column(Double)
    expires_at: Mapped[float] = mapped_column(Double)
    last_used_at: Mapped[float | None] = mapped_column(Double)
    last_address: Mapped[str] = mapped_column(String(64))


class InvitationRow(Table):
    """A one-time link for somebody who has no account yet, kept as the SHA-256 of its code."""

    __tablename__ = "invitations"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[float] = mapped_column(Double)
    expires_at: Mapped[float] = mapped_column(Double)


class AuditRow(Table):
    """Something that somebody did or was refused. The database itself refuses to change or delete a row (see the
    migration). ``user_id`` points nowhere on purpose: what a person did outlives their account."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float] = mapped_column(Double)
    user_id: Mapped[int | None]
    username: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(255))
    door: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Text)


class InstanceRow(Table):
    """Which dashboard this is: one row, made at the first start. What it makes on an engine carries this id, so two
    dashboards of one engine leave each other's things alone."""

    __tablename__ = "instances"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)


class AppRow(Table):
    """``kind`` is git, image or adopted. ``scale`` and ``mounts`` are JSON; ``sealed_secrets`` is encrypted JSON (Git
    token, deploy key, webhook secret). ``current_id`` is the deployment that serves, ``changed_at`` when something was
    last changed that only a deployment brings into effect."""

    __tablename__ = "apps"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(63), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    repository: Mapped[str] = mapped_column(Text, default="")
    branch: Mapped[str] = mapped_column(String(255), default="")
    folder: Mapped[str] = mapped_column(String(255), default="")
    build: Mapped[str] = mapped_column(String(16), default="auto")
    dockerfile: Mapped[str] = mapped_column(String(255), default="")
    procfile: Mapped[str] = mapped_column(String(255), default="")
    image: Mapped[str] = mapped_column(Text, default="")
    adopted: Mapped[str] = mapped_column(String(255), default="")
    port: Mapped[int | None]
    published_port: Mapped[int | None]
    cpus: Mapped[float | None] = mapped_column(Double)
    memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    restart_policy: Mapped[str] = mapped_column(String(32), default="on-failure:10")
    scale: Mapped[str] = mapped_column(Text, default="{}")
    mounts: Mapped[str] = mapped_column(Text, default="[]")
    privileged: Mapped[bool] = mapped_column(default=False)
    sealed_secrets: Mapped[str] = mapped_column(Text, default="")
    deploy_key: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[float] = mapped_column(Double)
    changed_at: Mapped[float] = mapped_column(Double)
    current_id: Mapped[int | None]


class GrantRow(Table):
    """What a member may do with an app that is not their own: ``level`` is view, deploy or manage."""

    __tablename__ = "grants"
    __table_args__ = (Index("ix_grants_user_id", "user_id"),)

    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[float] = mapped_column(Double)


class VariableRow(Table):
    """One variable of an app's environment. ``phase`` is run, build or both; ``sealed_value`` is encrypted."""

    __tablename__ = "variables"
    __table_args__ = (UniqueConstraint("app_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(255))
    sealed_value: Mapped[str] = mapped_column(Text)
    is_secret: Mapped[bool]
    phase: Mapped[str] = mapped_column(String(8))


class DeploymentRow(Table):
    """``number`` counts within the app. ``ref`` is the commit asked for, empty for the newest of the branch. ``reuses``
    is the number of the deployment whose image is taken instead of building, ``rolled_back_from`` likewise when its
    environment and scale are taken too. ``request_key`` knows the request again when it is sent once more, as a hash of
    who asked and of their key. ``sealed_release`` is what was deployed, encrypted JSON, kept for a rollback;
    ``recipe`` the Dockerfile that was generated."""

    __tablename__ = "deployments"
    __table_args__ = (
        UniqueConstraint("app_id", "number"),
        Index("ix_deployments_status", "status"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(16), default="")
    progress: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    error_message: Mapped[str] = mapped_column(Text, default="")
    trigger: Mapped[str] = mapped_column(String(16))
    requested_by: Mapped[str] = mapped_column(String(64))
    ref: Mapped[str] = mapped_column(String(64), default="")
    branch: Mapped[str] = mapped_column(String(255), default="")
    commit_sha: Mapped[str] = mapped_column(String(64), default="")
    commit_subject: Mapped[str] = mapped_column(Text, default="")
    commit_author: Mapped[str] = mapped_column(Text, default="")
    image_id: Mapped[str] = mapped_column(String(80), default="")
    reuses: Mapped[int | None]
    rolled_back_from: Mapped[int | None]
    replaced_by: Mapped[int | None]
    recipe: Mapped[str] = mapped_column(Text, default="")
    sealed_release: Mapped[str] = mapped_column(Text, default="")
    request_key: Mapped[str | None] = mapped_column(String(64))
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    requested_at: Mapped[float] = mapped_column(Double)
    started_at: Mapped[float | None] = mapped_column(Double)
    ended_at: Mapped[float | None] = mapped_column(Double)


class StageRow(Table):
    """When a deployment was in which stage."""

    __tablename__ = "stages"
    __table_args__ = (Index("ix_stages_deployment_id", "deployment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployments.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[float] = mapped_column(Double)
    ended_at: Mapped[float | None] = mapped_column(Double)


class DeliveryRow(Table):
    """A webhook's delivery that was taken: the same one sent again does nothing. ``made_at`` was signed with it."""

    __tablename__ = "deliveries"

    app_id: Mapped[int] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True)
    delivery: Mapped[str] = mapped_column(String(128), primary_key=True)
    made_at: Mapped[float] = mapped_column("received_at", Double)
