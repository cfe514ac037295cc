"""The stages of a deployment as the steps that a page shows: what is done, what goes on, what was not needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from paas.deployments.history import Deployment, StageTime
from paas.deployments.stages import Stage, Status
from paas.web.shapes.deployment_rows import STAGES, duration

WORDS = {
    "todo": "to come",
    "now": "under way",
    "done": "done",
    "failed": "failed here",
    "ended": "ended here",
    "skipped": "not needed",
}
"""The states of a step, and what its sign says to those who cannot see it."""

BEFORE_THE_SWAP = (Stage.CLONING, Stage.BUILDING, Stage.RELEASING)
STOPPED_LAST = (*BEFORE_THE_SWAP, Stage.STARTING, Stage.CHECKING, Stage.STOPPING, Stage.COMPLETED)
STOPPED_FIRST = (*BEFORE_THE_SWAP, Stage.STOPPING, Stage.STARTING, Stage.CHECKING, Stage.COMPLETED)
"""The new one of two containers cannot have the host's port before the old one has given it back."""


@dataclass(frozen=True)
class Step:
    """It took ``seconds`` before ``since``, when its present run began; where it does not run now, in all. A stage may
    run more than once, as each process is swapped by itself."""

    stage: str
    words: str
    state: str
    state_words: str
    seconds: float
    since: float | None
    lasted: str


def steps(deployment: Deployment, now: float, *, stops_first: bool) -> tuple[Step, ...]:
    """All of them, in the order in which this deployment goes through them."""
    times: dict[str, list[StageTime]] = {}
    for each in deployment.stages:
        times.setdefault(each.stage, []).append(each)
    order = [stage.value for stage in (STOPPED_FIRST if stops_first else STOPPED_LAST)]
    reached = max((order.index(stage) for stage in times), default=-1)
    return tuple(
        _step(stage, times.get(stage, ()), _state(deployment, stage, times, is_passed=place < reached), now)
        for place, stage in enumerate(order)
    )


def clock(seconds: float) -> str:
    """A running time that keeps its width from second to second: ``00:42``, ``1:02:03``."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _state(deployment: Deployment, stage: str, times: dict[str, list[StageTime]], *, is_passed: bool) -> str:
    if stage not in times:
        return "skipped" if is_passed else "todo"
    if stage != deployment.stage or deployment.status is Status.SUCCESS:
        return "done"
    if not deployment.status.is_over:
        return "now"
    return "failed" if deployment.status is Status.FAILED else "ended"


def _step(stage: str, times: Sequence[StageTime], state: str, now: float) -> Step:
    since = next((each.started_at for each in times if each.ended_at is None), None)
    seconds = sum(each.ended_at - each.started_at for each in times if each.ended_at is not None)
    whole = seconds + (now - since if since is not None else 0)
    is_timed = bool(times) and stage != Stage.COMPLETED
    return Step(stage, STAGES[stage], state, WORDS[state], seconds, since, duration(whole) if is_timed else "")
