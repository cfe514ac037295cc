"""The records of deployments. ``enter``, ``build_step`` and ``end`` are the only ways to change where one stands."""

from dataclasses import dataclass

from paas.deployments.stages import Status


@dataclass(frozen=True)
class StageTime:
    """When a stage began and ended, in seconds since 1970."""

    stage: str
    started_at: float
    ended_at: float | None


@dataclass(frozen=True)
class Deployment:
    """One deployment as it stands. ``waits_at`` is its place in the waiting line, from 1, while it is pending."""

    id: int
    app_id: int
    app_name: str
    number: int
    status: Status
    stage: str
    progress: int
    message: str
    error_message: str
    trigger: str
    requested_by: str
    ref: str
    branch: str
    commit: str
    commit_subject: str
    commit_author: str
    image_id: str
    reuses: int | None
    rolled_back_from: int | None
    replaced_by: int | None
    recipe: str
    requested_at: float
    started_at: float | None
    ended_at: float | None
    stages: tuple[StageTime, ...] = ()
    waits_at: int | None = None
