"""What a deployment goes through: one function makes every transition and refuses an illegal one. Pure.

pending -> building (cloning_repo, building_image)
        -> deploying (releasing, starting_new, checking, stopping_old in the order that the swap needs) -> success
and from any of them to failed, cancelled or interrupted. Nothing leaves a final state.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from paas.errors import Conflict


class Status(StrEnum):
    """The words of the contract."""

    PENDING = "pending"
    BUILDING = "building"
    DEPLOYING = "deploying"
    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def is_over(self) -> bool:
        """Whether this is final."""
        return self in FINAL

    @property
    def is_running(self) -> bool:
        """Whether somebody works on it."""
        return self in (Status.BUILDING, Status.DEPLOYING)


FINAL = frozenset({Status.SUCCESS, Status.FAILED, Status.CANCELLED, Status.INTERRUPTED})


class Stage(StrEnum):
    """What is being done; the words of the contract."""

    CLONING = "cloning_repo"
    BUILDING = "building_image"
    RELEASING = "releasing"
    STARTING = "starting_new"
    CHECKING = "checking"
    STOPPING = "stopping_old"
    COMPLETED = "completed"


STATUS_OF = {
    Stage.CLONING: Status.BUILDING,
    Stage.BUILDING: Status.BUILDING,
    Stage.RELEASING: Status.DEPLOYING,
    Stage.STARTING: Status.DEPLOYING,
    Stage.CHECKING: Status.DEPLOYING,
    Stage.STOPPING: Status.DEPLOYING,
    Stage.COMPLETED: Status.SUCCESS,
}

BEGINS_AT = {
    Stage.CLONING: 25,
    Stage.BUILDING: 30,
    Stage.RELEASING: 75,
    Stage.STARTING: 80,
    Stage.CHECKING: 84,
    Stage.STOPPING: 88,
    Stage.COMPLETED: 100,
}
"""Progress in per cent. Where the old containers have to stop before the new ones start, the later ones add nothing."""

BUILD_ENDS_AT = 75


@dataclass(frozen=True)
class State:
    """Where a deployment stands."""

    status: Status = Status.PENDING
    stage: Stage | None = None
    progress: int = 0


def enter(state: State, stage: Stage) -> State:
    """The state in ``stage``; Conflict when the deployment is over or would go back from deploying to building."""
    _refuse_over(state, f"enter {stage}")
    status = STATUS_OF[stage]
    if state.status is Status.DEPLOYING and status is Status.BUILDING:
        raise Conflict(f"A deployment that is {state.status} cannot go back to {stage}.")
    if stage is Stage.COMPLETED and state.status is not Status.DEPLOYING:
        raise Conflict(f"A deployment that is {state.status} cannot be completed: it was not deployed.")
    return State(status, stage, max(state.progress, BEGINS_AT[stage]))


def build_step(state: State, step: int, steps: int) -> State:
    """The state when step ``step`` of ``steps`` (from 1) of the build begins; never less far than before."""
    if state.status in FINAL or state.stage is not Stage.BUILDING or not 1 <= step <= steps:
        return state
    begins = BEGINS_AT[Stage.BUILDING]
    reached = begins + (BUILD_ENDS_AT - begins) * (step - 1) // steps
    return replace(state, progress=max(state.progress, reached))


def end(state: State, status: Status) -> State:
    """The final state ``status``, keeping stage and progress; Conflict when it is over, or for success, which is
    reached by entering ``completed`` alone."""
    _refuse_over(state, f"be {status}")
    if status not in FINAL or status is Status.SUCCESS:
        raise Conflict(f"A deployment cannot end as {status}.")
    return replace(state, status=status)


def _refuse_over(state: State, what: str) -> None:
    if state.status in FINAL:
        raise Conflict(f"This deployment is {state.status} already and cannot {what}. Request a new one.")
