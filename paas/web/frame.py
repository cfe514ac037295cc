"""What the frame of every page shows beside the page itself: the engine's health, where this person may go, and the
apps that were opened last."""

from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, may
from paas.alerts import incidents
from paas.apps import catalogue
from paas.apps.app import App
from paas.deployments import history
from paas.errors import NotFound
from paas.web import last_opened
from paas.web.context import services
from paas.web.shapes.app_state import AppState
from paas.web.states import state_of


def register(app: Flask) -> None:
    """Give every template ``engine``, ``may_see_containers(actor)`` and its like, and ``opened_apps(actor)``."""
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    return {
        "engine": services().engine.health,
        "may_see_containers": _may_see_containers,
        "may_see_audit": _may_see_audit,
        "may_manage_users": _may_manage_users,
        "opened_apps": _opened_apps,
        "firing_alerts": _firing_alerts,
    }


def _may_see_containers(actor: Actor) -> bool:
    return may(actor, Action.SEE_CONTAINERS)


def _may_manage_users(actor: Actor) -> bool:
    return may(actor, Action.MANAGE_USERS)


def _may_see_audit(actor: Actor) -> bool:
    return may(actor, Action.SEE_AUDIT)


def _firing_alerts(actor: Actor) -> int:
    """How many alerts fire that this person may see."""
    with services().database.session() as session:
        return incidents.count_open(session, actor)


def _opened_apps(actor: Actor) -> list[tuple[App, AppState]]:
    """Those that are still there and may still be seen, in the order of their names, so that none jumps on a click."""
    with services().database.session() as session:
        apps = [app for app_id in last_opened.ids() for app in _found(session, actor, app_id)]
        latest = history.latest(session, [app.id for app in apps])
    return [(app, state_of(app, latest.get(app.id))) for app in sorted(apps, key=lambda app: app.name)]


def _found(session: Session, actor: Actor, app_id: int) -> list[App]:
    try:
        return [catalogue.find(session, actor, app_id)]
    except NotFound:
        return []
