"""Where a deployment may go from where: the legal ways, and by generated histories that there are no others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.deployments.stages import FINAL, STATUS_OF, Stage, State, Status, build_step, end, enter
from paas.errors import Conflict

GAPLESS = [
    Stage.CLONING, Stage.BUILDING, Stage.RELEASING, Stage.STARTING, Stage.CHECKING, Stage.STOPPING, Stage.COMPLETED,
]  # fmt: skip
OLD_FIRST = [Stage.CLONING, Stage.BUILDING, Stage.STOPPING, Stage.STARTING, Stage.CHECKING, Stage.COMPLETED]
PREBUILT = [Stage.STARTING, Stage.CHECKING, Stage.STOPPING, Stage.COMPLETED]


@pytest.mark.parametrize("way", [GAPLESS, OLD_FIRST, PREBUILT])
def test_each_way_leads_to_success_and_never_back(way):
    state, seen = State(), [0]
    for stage in way:
        state = enter(state, stage)
        assert (state.stage, state.status) == (stage, STATUS_OF[stage])
        seen.append(state.progress)
    assert state == State(Status.SUCCESS, Stage.COMPLETED, 100)
    assert seen == sorted(seen)


def test_progress_of_a_build_follows_its_steps_between_30_and_75():
    state = enter(enter(State(), Stage.CLONING), Stage.BUILDING)
    seen = [state := build_step(state, step, 8) for step in range(1, 9)]
    assert [each.progress for each in seen] == [30, 35, 41, 46, 52, 58, 63, 69]
    assert build_step(seen[-1], 1, 2).progress == 69, "a second image starts counting again"
    assert enter(seen[-1], Stage.RELEASING).progress == 75


def test_a_step_outside_a_build_or_beyond_its_steps_changes_nothing():
    assert build_step(State(), 3, 8) == State()
    building = enter(State(), Stage.BUILDING)
    assert build_step(building, 9, 8) == build_step(building, 0, 8) == building


@pytest.mark.parametrize("status", sorted(FINAL))
def test_nothing_leaves_a_final_state(status):
    over = State(status, Stage.CHECKING, 84)
    for stage in Stage:
        with pytest.raises(Conflict, match="already"):
            enter(over, stage)
    for other in Status:
        with pytest.raises(Conflict):
            end(over, other)


def test_success_comes_from_deploying_alone():
    for early in (State(), enter(State(), Stage.CLONING), enter(State(), Stage.BUILDING)):
        with pytest.raises(Conflict, match="not deployed"):
            enter(early, Stage.COMPLETED)
    with pytest.raises(Conflict):
        end(enter(State(), Stage.CHECKING), Status.SUCCESS)


def test_deploying_does_not_go_back_to_building():
    with pytest.raises(Conflict, match="go back"):
        enter(enter(State(), Stage.RELEASING), Stage.BUILDING)


def test_an_ended_deployment_keeps_the_progress_it_reached():
    building = build_step(enter(State(), Stage.BUILDING), 5, 8)
    assert end(building, Status.FAILED) == State(Status.FAILED, Stage.BUILDING, building.progress)


STEPS = st.one_of(
    st.tuples(st.just(enter), st.sampled_from(Stage)),
    st.tuples(st.just(end), st.sampled_from(Status)),
    st.tuples(st.just(build_step), st.integers(0, 9), st.integers(1, 9)),
)


@given(st.lists(STEPS, max_size=20))
def test_whatever_is_asked_progress_never_goes_back_and_final_stays_final(steps):
    state = State()
    for function, *arguments in steps:
        before = state
        try:
            state = function(state, *arguments)
        except Conflict:
            continue
        assert state.progress >= before.progress
        assert before.status not in FINAL or state == before
        assert (state.progress == 100) == (state.status is Status.SUCCESS)
