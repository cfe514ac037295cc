"""What an app's log says of a deployment: from when its containers change, and that it failed after that."""

from dataclasses import replace

import pytest

from paas.deployments import log_marks
from paas.deployments.history import Deployment, StageTime
from paas.deployments.stages import Status

BEFORE = (StageTime("cloning_repo", 1.0, 2.0), StageTime("building_image", 2.0, 5.0))
STARTING = StageTime("starting_new", 5.0, 7.0)
STOPPING = StageTime("stopping_old", 7.0, 9.0)


@pytest.fixture
def deployment():
    return Deployment(
        id=40, app_id=7, app_name="shop", number=16, status=Status.DEPLOYING, stage="starting_new", progress=80,
        message="", error_message="", trigger="page", requested_by="ada", ref="", branch="main",
        commit="abc1234def5678", commit_subject="", commit_author="", image_id="", reuses=None, rolled_back_from=None,
        replaced_by=None, recipe="", requested_at=0.0, started_at=1.0, ended_at=None, stages=(*BEFORE, STARTING),
    )  # fmt: skip


def test_nothing_is_marked_before_containers_change(deployment):
    assert log_marks.of(replace(deployment, stages=BEFORE)) == []
    failed = replace(deployment, stages=BEFORE, status=Status.FAILED, ended_at=6.0)
    assert log_marks.of(failed) == []


@pytest.mark.parametrize("stages", [(STARTING, STOPPING), (replace(STOPPING, started_at=5.0), STARTING)])
def test_a_deployment_is_marked_where_the_first_container_changes(deployment, stages):
    marks = log_marks.of(replace(deployment, stages=(*BEFORE, *stages)))
    assert marks == [("deployment", "Deployment 16, commit abc1234, by ada", 5.0)]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"commit": ""}, "Deployment 16, by ada"),
        ({"rolled_back_from": 12}, "Deployment 16, back to deployment 12, commit abc1234, by ada"),
    ],
)
def test_a_mark_says_what_is_known(deployment, facts, sentence):
    assert log_marks.of(replace(deployment, **facts))[0].message == sentence


@pytest.mark.parametrize(
    ("status", "end"),
    [(Status.FAILED, "failed"), (Status.CANCELLED, "was cancelled"), (Status.INTERRUPTED, "was interrupted")],
)
def test_one_that_fails_after_that_is_marked_twice(deployment, status, end):
    marks = log_marks.of(replace(deployment, status=status, ended_at=8.0))
    assert [mark.message for mark in marks][1:] == [f"Deployment 16 {end}"]
    assert marks[1].at == 8.0


def test_one_that_succeeds_is_marked_once(deployment):
    assert len(log_marks.of(replace(deployment, status=Status.SUCCESS, ended_at=9.0))) == 1
