"""A deployment as lists and its own page show it: every word is chosen here, ready to be drawn."""

from collections.abc import Iterable
from dataclasses import dataclass

from paas.deployments.history import Deployment
from paas.web.times import ago, iso

STAGES = {
    "cloning_repo": "clone",
    "building_image": "build",
    "releasing": "release",
    "starting_new": "start",
    "checking": "check",
    "stopping_old": "stop old",
    "completed": "done",
}

TRIGGERS = {
    "page": "",
    "api": "over the API",
    "cli": "from the command line",
    "webhook": "by webhook",
    "rollback": "",
    "scale": "to change the scale",
    "environment": "to bring changes into effect",
}


@dataclass(frozen=True)
class DeploymentRow:
    """``title`` is what was deployed in a few words; texts are empty where nothing is known."""

    id: int
    number: int
    app_name: str
    url: str
    status: str
    stage: str
    stage_words: str
    progress: int
    is_over: bool
    is_serving: bool
    waits_at: int | None
    commit: str
    commit_short: str
    title: str
    told: str
    requested_iso: str
    requested_words: str
    lasted: str
    error: str
    search: str


def rows(deployments: Iterable[Deployment], now: float, *, serving_ids: Iterable[int | None]) -> list[DeploymentRow]:
    known = set(serving_ids)
    return [row(deployment, now, is_serving=deployment.id in known) for deployment in deployments]


def row(deployment: Deployment, now: float, *, is_serving: bool) -> DeploymentRow:
    title, told, status = _title(deployment), _told(deployment), deployment.status.value
    return DeploymentRow(
        id=deployment.id,
        number=deployment.number,
        app_name=deployment.app_name,
        url=f"/apps/{deployment.app_name}/deployments/{deployment.number}",
        status=status,
        stage=deployment.stage,
        stage_words=STAGES.get(deployment.stage, ""),
        progress=deployment.progress,
        is_over=deployment.status.is_over,
        is_serving=is_serving,
        waits_at=deployment.waits_at,
        commit=deployment.commit,
        commit_short=deployment.commit[:7],
        title=title,
        told=told,
        requested_iso=iso(deployment.requested_at),
        requested_words=ago(deployment.requested_at, now),
        lasted=_lasted(deployment, now),
        error=deployment.error_message,
        search=f"{deployment.app_name} {deployment.number} {status} {deployment.commit} {title} {told}".lower(),
    )


def _title(deployment: Deployment) -> str:
    if deployment.rolled_back_from is not None:
        return f"Back to deployment {deployment.rolled_back_from}"
    return deployment.commit_subject


def _told(deployment: Deployment) -> str:
    """Who wanted it, from where, by which way: ``by ada, from main, by webhook``."""
    parts = [
        f"by {deployment.requested_by}" if deployment.requested_by else "",
        f"from {deployment.branch}" if deployment.branch else "",
        TRIGGERS.get(deployment.trigger, ""),
    ]
    return ", ".join(filter(None, parts))


def _lasted(deployment: Deployment, now: float) -> str:
    if deployment.started_at is None:
        return ""
    return duration((deployment.ended_at or now) - deployment.started_at)


def duration(seconds: float) -> str:
    """In the unit that fits: ``3 s``, ``4 min``, ``2 h``; below a minute and a half in seconds."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"
