"""What the page of one deployment draws, and what can be done now. Live messages bring the same, so that a page that
watched all the time and one that is loaded now agree."""

import re
from dataclasses import dataclass, replace

from paas.apps.app import App
from paas.deployments.history import Deployment
from paas.deployments.stages import Status
from paas.web.shapes.deployment_rows import STAGES, DeploymentRow, row
from paas.web.shapes.steps import Step, clock, steps

MIDWAY = (Status.FAILED, Status.CANCELLED, Status.INTERRUPTED)


@dataclass(frozen=True)
class DeploymentPage:
    """``now_words`` is what goes on, ``ended_words`` how it ended where it came to nothing, ``still_serves`` what
    answers all the same. ``rolls_back_to`` is the deployment that can be gone back to from here."""

    row: DeploymentRow
    steps: tuple[Step, ...]
    elapsed: str
    now_words: str
    recipe: str
    came_to_nothing: bool
    ended_words: str
    still_serves: str
    can_cancel: bool
    is_cancelling: bool
    rolls_back_to: int | None


def deployment_page(deployment: Deployment, app: App, current: Deployment | None, now: float) -> DeploymentPage:
    """``current`` is the deployment that serves."""
    is_serving, is_over = deployment.id == app.current_id, deployment.status.is_over
    came_to_nothing = deployment.status in MIDWAY
    return DeploymentPage(
        row=_said_once(row(deployment, now, is_serving=is_serving)),
        steps=steps(deployment, now, stops_first=app.published_port is not None),
        elapsed=_elapsed(deployment, now),
        now_words=_now_words(deployment, is_serving=is_serving),
        recipe=deployment.recipe,
        came_to_nothing=came_to_nothing,
        ended_words=_ended_words(deployment) if came_to_nothing else "",
        still_serves=_still_serves(current) if came_to_nothing else "",
        can_cancel=not is_over and not deployment.cancel_requested,
        is_cancelling=not is_over and deployment.cancel_requested,
        rolls_back_to=_rolls_back_to(deployment, current) if is_over and not is_serving else None,
    )


def _said_once(shown: DeploymentRow) -> DeploymentRow:
    """Without the status at the beginning of its reason: the page says it before, with the stage."""
    rest = re.sub(rf"^{shown.status}[.:] ", "", shown.error, flags=re.IGNORECASE)
    return replace(shown, error=rest[:1].upper() + rest[1:])


def _elapsed(deployment: Deployment, now: float) -> str:
    """Empty before it began."""
    began = deployment.started_at
    return "" if began is None else clock((deployment.ended_at or now) - began)


def _now_words(deployment: Deployment, *, is_serving: bool) -> str:
    if deployment.status is Status.SUCCESS:
        return "It serves now" if is_serving else "Another one has taken over since"
    if deployment.status.is_over:
        return ""
    if deployment.waits_at is None:
        return deployment.message
    return (
        "First in the waiting line" if deployment.waits_at == 1 else f"Place {deployment.waits_at} in the waiting line"
    )


def _ended_words(deployment: Deployment) -> str:
    at, status = STAGES.get(deployment.stage), deployment.status.value.capitalize()
    if at is None:
        return "" if deployment.error_message.startswith(status) else f"{status}."
    return f"{status} at {at}."


def _still_serves(current: Deployment | None) -> str:
    if current is None:
        return "Nothing serves yet: no deployment of this app has succeeded."
    commit = f", commit {current.commit[:7]}," if current.commit else ""
    return f"Deployment {current.number}{commit} still serves."


def _rolls_back_to(deployment: Deployment, current: Deployment | None) -> int | None:
    wanted = current if deployment.status in MIDWAY else deployment
    return wanted.number if wanted is not None and wanted.can_be_taken_again else None
