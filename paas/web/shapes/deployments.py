"""A deployment as programs get it, over REST and over sockets: the words of the contract, times in RFC 3339."""

from datetime import UTC, datetime
from typing import Any

from paas.apps.app import App
from paas.deployments.history import Deployment, StageTime


def shape(deployment: Deployment, *, link: str = "") -> dict[str, Any]:
    """All that is shown of it. ``link`` is where its app answers, empty where no port of the host leads there."""
    return {
        "id": deployment.id,
        "deployment_id": deployment.id,
        "app": deployment.app_name,
        "app_id": deployment.app_id,
        "number": deployment.number,
        "status": deployment.status.value,
        "stage": deployment.stage,
        "progress": deployment.progress,
        "message": deployment.message,
        "error_message": deployment.error_message,
        "waits_at": deployment.waits_at,
        "cancel_requested": deployment.cancel_requested,
        "trigger": deployment.trigger,
        "requested_by": deployment.requested_by,
        "ref": deployment.ref,
        "branch": deployment.branch,
        "commit": deployment.commit,
        "commit_subject": deployment.commit_subject,
        "commit_author": deployment.commit_author,
        "image_id": deployment.image_id,
        "reuses": deployment.reuses,
        "rolled_back_from": deployment.rolled_back_from,
        "replaced_by": deployment.replaced_by,
        "can_be_taken_again": deployment.can_be_taken_again,
        "requested_at": _time(deployment.requested_at),
        "started_at": _time(deployment.started_at),
        "ended_at": _time(deployment.ended_at),
        "stages": [_stage(stage) for stage in deployment.stages],
        "link": link,
    }


def link(app: App, host: str) -> str:
    """Where the app answers, empty where it does not; ``host`` is a name or an address, without a port."""
    is_up = app.published_port is not None and app.current_id is not None
    return f"http://{host}:{app.published_port}" if is_up else ""


def _stage(stage: StageTime) -> dict[str, Any]:
    """``seconds`` is null while it is under way."""
    seconds = None if stage.ended_at is None else round(stage.ended_at - stage.started_at, 3)
    return {
        "stage": stage.stage,
        "started_at": _time(stage.started_at),
        "ended_at": _time(stage.ended_at),
        "seconds": seconds,
    }


def _time(moment: float | None) -> str | None:
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
