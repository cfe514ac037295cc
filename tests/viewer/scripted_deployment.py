"""The scripted server's deployment: a record that goes through the real rules and is told in the real shapes."""

import time
from dataclasses import replace
from typing import Any

from paas.apps.app import App, Kind
from paas.deployments import stages
from paas.deployments.history import Deployment, StageTime
from paas.deployments.stages import Stage, State, Status
from paas.web.shapes.deployment_live import live
from paas.web.shapes.deployment_page import DeploymentPage, deployment_page
from paas.web.shapes.deployments import link

HOST = "apps.example.org"


def _deployment() -> Deployment:
    return Deployment(
        id=15,
        app_id=1,
        app_name="shop",
        number=16,
        status=Status.PENDING,
        stage="",
        progress=0,
        message="",
        error_message="",
        trigger="webhook",
        requested_by="ada",
        ref="",
        branch="main",
        commit="abc1234" + "0" * 33,
        commit_subject="Add cart totals",
        commit_author="Ada",
        image_id="",
        reuses=None,
        rolled_back_from=None,
        replaced_by=None,
        recipe="",
        requested_at=time.time(),
        started_at=None,
        ended_at=None,
        waits_at=2,
    )


class Record:
    """One deployment of one app. ``ahead`` is how many seconds this server's clock is before that of the browser."""

    def __init__(self) -> None:
        self.deployment = _deployment()
        self.app = App("shop", Kind.GIT, id=1, published_port=8080, current_id=None)
        self.ahead = 0.0

    @property
    def now(self) -> float:
        return time.time() + self.ahead

    def enter(self, stage: str, *, seconds_ago: float = 0, message: str = "") -> None:
        known, began = self.deployment, self.now - seconds_ago
        after = stages.enter(
            State(known.status, Stage(known.stage) if known.stage else None, known.progress), Stage(stage)
        )
        times = tuple(replace(each, ended_at=each.ended_at or began) for each in known.stages)
        ended = began if after.status.is_over else None
        self.deployment = replace(
            known,
            status=after.status,
            stage=stage,
            progress=after.progress,
            message=message,
            waits_at=None,
            started_at=known.started_at or began,
            ended_at=ended,
            stages=(*times, StageTime(stage, began, ended)),
        )
        if after.status is Status.SUCCESS:
            self.app = replace(self.app, current_id=known.id)

    def end(self, status: str, message: str) -> None:
        times = tuple(replace(each, ended_at=each.ended_at or self.now) for each in self.deployment.stages)
        self.deployment = replace(
            self.deployment, status=Status(status), error_message=message, ended_at=self.now, stages=times
        )

    def change(self, **facts: Any) -> None:
        self.deployment = replace(self.deployment, **facts)

    def message(self) -> dict[str, Any]:
        return live(self.deployment, self.app, None, now=self.now) | {"link": link(self.app, HOST)}

    def page(self) -> DeploymentPage:
        return deployment_page(self.deployment, self.app, None, self.now)
