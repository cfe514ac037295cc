"""The records of deployments. ``enter``, ``build_step`` and ``end`` are the only ways to change where one stands."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may, require
from paas.apps import catalogue
from paas.apps.app import App
from paas.deployments import stages
from paas.deployments.news import News
from paas.deployments.stages import Stage, State, Status
from paas.errors import NotFound
from paas.storage.database import Database
from paas.storage.tables import AppRow, DeploymentRow, StageRow

FACTS = frozenset(
    {"branch", "commit_sha", "commit_subject", "commit_author", "image_id", "message", "recipe", "sealed_release"}
)
"""What ``note`` may fill in as it becomes known."""


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
    cancel_requested: bool = False
    can_be_taken_again: bool = False
    """Whether its release is kept, so that a rollback may go back to it."""


def load(session: Session, deployment_id: int) -> Deployment:
    """The deployment of this id, for whom permission is no question; NotFound once its app is deleted."""
    return _of_rows(session, [_row(session, deployment_id)])[0]


def find(session: Session, actor: Actor, app: App, number: int) -> Deployment:
    """The app's deployment of this number."""
    require(actor, Action.SEE_APP, app)
    wanted = select(DeploymentRow).where(DeploymentRow.app_id == app.id, DeploymentRow.number == number)
    row = session.scalar(wanted) if 0 < number < 1 << 31 else None
    if row is None:
        raise NotFound(f"{app.name} has no deployment {number}.")
    return _of_rows(session, [row])[0]


def find_by_id(session: Session, actor: Actor, deployment_id: int) -> tuple[App, Deployment]:
    """The deployment of this id, and its app; to somebody who may not see the app, there is none."""
    row = session.get(DeploymentRow, deployment_id) if 0 < deployment_id < 1 << 31 else None
    app = None if row is None else catalogue.load(session, row.app_id)
    if row is None or app is None or not may(actor, Action.SEE_APP, app):
        raise NotFound(f"There is no deployment with the id {deployment_id}.")
    return app, _of_rows(session, [row])[0]


def of_app(session: Session, app_id: int, *, limit: int = 50, before: int | None = None) -> list[Deployment]:
    """The newest ``limit`` deployments of an app, newest first; ``before`` is the number that they come before."""
    wanted = select(DeploymentRow).where(DeploymentRow.app_id == app_id)
    if before is not None:
        wanted = wanted.where(DeploymentRow.number < before)
    return _of_rows(session, session.scalars(wanted.order_by(DeploymentRow.number.desc()).limit(limit)).all())


def of_apps(
    session: Session,
    app_ids: Iterable[int],
    *,
    limit: int = 50,
    before_id: int | None = None,
    between: tuple[float, float] | None = None,
) -> list[Deployment]:
    """The newest ``limit`` deployments of all these apps, newest first; ``before_id`` is the id they come before. With
    ``between`` two times only those that waited or ran at any moment from the one to the other."""
    wanted = select(DeploymentRow).where(DeploymentRow.app_id.in_(tuple(app_ids)))
    if between is not None:
        ended = or_(DeploymentRow.ended_at.is_(None), DeploymentRow.ended_at >= between[0])
        wanted = wanted.where(DeploymentRow.requested_at <= between[1], ended)
    if before_id is not None:
        wanted = wanted.where(DeploymentRow.id < before_id)
    return _of_rows(session, session.scalars(wanted.order_by(DeploymentRow.id.desc()).limit(limit)).all())


def counts(session: Session) -> dict[tuple[int, str], int]:
    """How many deployments stand how, by the app's id and the status."""
    how_many = select(DeploymentRow.app_id, DeploymentRow.status, func.count())
    rows = session.execute(how_many.group_by(DeploymentRow.app_id, DeploymentRow.status))
    return {(app_id, status): count for app_id, status, count in rows}


def latest(session: Session, app_ids: Iterable[int]) -> dict[int, Deployment]:
    """The newest deployment of each of these apps that has one, by the app's id."""
    newest = select(func.max(DeploymentRow.id)).where(DeploymentRow.app_id.in_(tuple(app_ids)))
    rows = session.scalars(select(DeploymentRow).where(DeploymentRow.id.in_(newest.group_by(DeploymentRow.app_id))))
    return {each.app_id: each for each in _of_rows(session, rows.all())}


def enter(session: Session, deployment_id: int, stage: Stage, message: str = "") -> None:
    """Begin a stage, which ends the one before; Conflict where ``stages.enter`` refuses it."""
    row = _row(session, deployment_id, lock=True)
    before, now = _state(row), time.time()
    after = stages.enter(before, stage)
    _keep(row, after)
    row.message, row.started_at = message, row.started_at or now
    if after.status.is_over:
        row.ended_at = now
    if before.stage is not stage:
        _close_stage(session, row.id, now)
        session.add(StageRow(deployment_id=row.id, stage=stage, started_at=now, ended_at=row.ended_at))


def build_step(session: Session, deployment_id: int, step: int, steps: int) -> bool:
    """Note how far the build has come; whether that is news."""
    row = _row(session, deployment_id, lock=True)
    before, message = _state(row), row.message
    _keep(row, stages.build_step(before, step, steps))
    if before.stage is Stage.BUILDING and not before.status.is_over and 1 <= step <= steps:
        row.message = f"Building the image, step {step} of {steps}"
    return (row.progress, row.message) != (before.progress, message)


def end(session: Session, deployment_id: int, status: Status, error_message: str = "") -> None:
    """End it as failed, cancelled or interrupted; Conflict when it is over already."""
    row = _row(session, deployment_id, lock=True)
    _keep(row, stages.end(_state(row), status))
    row.error_message, row.ended_at = error_message, time.time()
    _close_stage(session, row.id, row.ended_at)


def note(session: Session, deployment_id: int, **facts: str) -> None:
    """Fill in some of FACTS."""
    if unknown := facts.keys() - FACTS:
        raise TypeError(f"note() takes {', '.join(sorted(FACTS))}; not {', '.join(sorted(unknown))}")
    row = _row(session, deployment_id, lock=True)
    for name, text in facts.items():
        setattr(row, name, text)


class Records:
    """The records as the pipeline writes them: each change in a session of its own, committed, then told.

    Every method opens a session: call them outside one, and not while anything is held that others wait for.
    """

    def __init__(self, database: Database, news: News) -> None:
        self._database, self._news = database, news

    def load(self, deployment_id: int) -> Deployment:
        with self._database.session() as session:
            return load(session, deployment_id)

    def enter(self, deployment_id: int, stage: Stage, message: str = "") -> None:
        """Begin a stage; Conflict when the deployment is over already."""
        with self._database.session() as session:
            enter(session, deployment_id, stage, message)
        self._news.tell(deployment_id)

    def build_step(self, deployment_id: int, step: int, steps: int) -> None:
        with self._database.session() as session:
            is_news = build_step(session, deployment_id, step, steps)
        if is_news:
            self._news.tell(deployment_id)

    def end(self, deployment_id: int, status: Status, error_message: str = "") -> None:
        """End it as failed, cancelled or interrupted. Write the last line of its journal before: viewers take the end
        of the record for the end of the log."""
        with self._database.session() as session:
            end(session, deployment_id, status, error_message)
        self._news.tell(deployment_id)

    def note(self, deployment_id: int, **facts: str) -> None:
        """Fill in what became known; ``FACTS`` names what there is."""
        with self._database.session() as session:
            note(session, deployment_id, **facts)
        self._news.tell(deployment_id)


def _row(session: Session, deployment_id: int, *, lock: bool = False) -> DeploymentRow:
    row = session.get(DeploymentRow, deployment_id, with_for_update=lock or None)
    if row is None:
        raise NotFound("This deployment was deleted, and its app with it.")
    return row


def _state(row: DeploymentRow) -> State:
    return State(Status(row.status), Stage(row.stage) if row.stage else None, row.progress)


def _keep(row: DeploymentRow, state: State) -> None:
    row.status, row.stage, row.progress = state.status.value, state.stage or "", state.progress


def _close_stage(session: Session, deployment_id: int, now: float) -> None:
    still_open = select(StageRow).where(StageRow.deployment_id == deployment_id, StageRow.ended_at.is_(None))
    for row in session.scalars(still_open):
        row.ended_at = now


def _of_rows(session: Session, rows: Sequence[DeploymentRow]) -> list[Deployment]:
    ids = [row.id for row in rows]
    times: dict[int, list[StageTime]] = {each: [] for each in ids}
    for stage in session.scalars(select(StageRow).where(StageRow.deployment_id.in_(ids)).order_by(StageRow.id)):
        times[stage.deployment_id].append(StageTime(stage.stage, stage.started_at, stage.ended_at))
    of_apps = select(AppRow.id, AppRow.name).where(AppRow.id.in_({row.app_id for row in rows}))
    names = dict(session.execute(of_apps).all())
    places = _places(session) if any(row.status == Status.PENDING for row in rows) else {}
    return [_deployment(row, names[row.app_id], tuple(times[row.id]), places.get(row.id)) for row in rows]


def _places(session: Session) -> dict[int, int]:
    """The place of each deployment that waits."""
    waiting = select(DeploymentRow.id).where(
        DeploymentRow.status == Status.PENDING.value, DeploymentRow.started_at.is_(None)
    )
    return {each: place for place, each in enumerate(session.scalars(waiting.order_by(DeploymentRow.id)), start=1)}


def _deployment(row: DeploymentRow, name: str, times: tuple[StageTime, ...], place: int | None) -> Deployment:
    return Deployment(
        id=row.id,
        app_id=row.app_id,
        app_name=name,
        number=row.number,
        status=Status(row.status),
        stage=row.stage,
        progress=row.progress,
        message=row.message,
        error_message=row.error_message,
        trigger=row.trigger,
        requested_by=row.requested_by,
        ref=row.ref,
        branch=row.branch,
        commit=row.commit_sha,
        commit_subject=row.commit_subject,
        commit_author=row.commit_author,
        image_id=row.image_id,
        reuses=row.reuses,
        rolled_back_from=row.rolled_back_from,
        replaced_by=row.replaced_by,
        recipe=row.recipe,
        requested_at=row.requested_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        stages=times,
        waits_at=place,
        cancel_requested=row.cancel_requested,
        can_be_taken_again=row.status == Status.SUCCESS and bool(row.sealed_release),
    )
