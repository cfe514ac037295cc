"""What the frame of every page shows beside the page itself: the engine's health, and where this person may go."""

from typing import Any

from flask import Flask

from paas.accounts.permissions import Action, Actor, may
from paas.web.context import services


def register(app: Flask) -> None:
    """Give every template ``engine`` and ``may_see_containers(actor)``."""
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    return {"engine": services().engine.health, "may_see_containers": _may_see_containers}


def _may_see_containers(actor: Actor) -> bool:
    return may(actor, Action.SEE_CONTAINERS)
