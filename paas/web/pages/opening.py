"""What every page of one app begins and ends with: finding the app, and drawing the page with its head."""

import time
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may, require
from paas.apps import catalogue
from paas.apps.app import App, Kind
from paas.deployments import history
from paas.deployments.history import Deployment
from paas.web import addresses, last_opened
from paas.web.context import services
from paas.web.identity import actor
from paas.web.shapes.app_rows import AppRow, app_row
from paas.web.shapes.deployment_rows import DeploymentRow
from paas.web.shapes.deployment_rows import row as deployment_row
from paas.web.shapes.deployments import link
from paas.web.states import state_of

JUST_NOW_SECONDS = 1.0


@dataclass(frozen=True)
class Opened:
    """An app that somebody may see, its newest deployment and the one that serves."""

    viewer: Actor
    app: App
    latest: Deployment | None
    current: Deployment | None


@dataclass(frozen=True)
class Head:
    """The head of an app's pages. ``under_way`` is the number of the deployment that waits or runs."""

    row: AppRow
    current: DeploymentRow | None
    is_changed: bool
    """Whether there is something that only the next deployment brings into effect."""
    may_deploy: bool
    may_manage: bool
    is_adopted: bool
    has_commits: bool
    """Whether there is a repository, of which any commit can be deployed."""
    under_way: int | None
    tabs: tuple[tuple[str, str, str], ...]
    """(endpoint, words, address) of each page of the app."""
    powers: tuple[str, ...]
    """What can be done with its containers as they are: restart, stop, start."""


def open_app(session: Session, viewer: Actor, name: str) -> Opened:
    """The app of this name, noted as the one opened last; NotFound for who may not see it."""
    app = catalogue.find(session, viewer, name)
    last_opened.note(app.id)
    current = history.load(session, app.current_id) if app.current_id is not None else None
    return Opened(viewer, app, history.latest(session, [app.id]).get(app.id), current)


def open_to(action: Action, name: str) -> Opened:
    """The same for whoever is asking; Forbidden unless they may do this with it. Call it outside a session."""
    viewer = actor()
    with services().database.session() as session:
        opened = open_app(session, viewer, name)
    require(viewer, action, opened.app)
    return opened


def app_page(template: str, opened: Opened, **shown: Any) -> str:  # noqa: ANN401 - whatever the template draws
    """One page of the app. Call it outside a session: just after a start or a deployment, the engine is waited for."""
    _catch_up_with(opened.latest)
    return render_template(
        template,
        actor=opened.viewer,
        head=_head(opened),
        login_url=url_for("session.login", next=request.path),
        **shown,
    )


def row_of(app: App, latest: Deployment | None) -> AppRow:
    """The app as a list shows it."""
    host = addresses.app_host(services().settings.app_host, request.host)
    return app_row(app, state_of(app, latest), latest, link=link(app, host), now=time.time())


def _catch_up_with(latest: Deployment | None) -> None:
    """Containers follow the engine's events, a moment later; what has just been deployed would seem to be stopped."""
    if latest is not None and latest.ended_at is not None and time.time() - latest.ended_at < JUST_NOW_SECONDS:
        services().engine.inventory.catch_up(limit_seconds=JUST_NOW_SECONDS)


def _head(opened: Opened) -> Head:
    viewer, app, latest, current = opened.viewer, opened.app, opened.latest, opened.current
    is_adopted = app.kind is Kind.ADOPTED
    may_deploy = may(viewer, Action.DEPLOY_APP, app) and not is_adopted
    row = row_of(app, latest)
    under_way = latest.number if latest is not None and not latest.status.is_over else None
    return Head(
        row=row,
        current=deployment_row(current, time.time(), is_serving=True) if current is not None else None,
        is_changed=current is not None and app.changed_at > (current.started_at or 0),
        may_deploy=may_deploy,
        may_manage=may(viewer, Action.MANAGE_APP, app),
        is_adopted=is_adopted,
        has_commits=app.kind is Kind.GIT,
        under_way=under_way,
        tabs=tuple((each, words, url_for(each, name=app.name)) for each, words in _tabs(viewer, app)),
        powers=_powers(row.word) if may_deploy and app.current_id is not None and under_way is None else (),
    )


def _tabs(viewer: Actor, app: App) -> list[tuple[str, str]]:
    tabs = [("overview.index", "Overview"), ("apps.logs", "Logs")]
    if app.kind is not Kind.ADOPTED:
        tabs.append(("deployments.of_app", "Deployments"))
    tabs += [("monitoring.of_app", "Monitoring"), ("alerts_of_app.index", "Alerts")]
    if not may(viewer, Action.MANAGE_APP, app):
        return tabs
    if app.kind is not Kind.ADOPTED:
        tabs.append(("environment.index", "Environment"))
    return [*tabs, ("settings.index", "Settings")]


def _powers(word: str) -> tuple[str, ...]:
    return {"stopped": ("start",), "failed": ("start",), "unknown": ()}.get(word, ("restart", "stop"))
