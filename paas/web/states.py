"""How apps are right now: the rule of ``shapes/app_state`` applied to what the engine has.

Call these outside a session: just after a start they wait for the engine's first answer, up to three seconds.
"""

from paas.apps.app import App
from paas.deployments.history import Deployment
from paas.engine.containers import Container
from paas.errors import Unavailable
from paas.web.context import services
from paas.web.shapes.app_state import AppState, serving, state


def containers() -> tuple[Container, ...]:
    """All that the engine has; none while it has never answered, which its health tells."""
    try:
        return services().engine.inventory.all()
    except Unavailable:
        return ()


def serving_now(app: App) -> list[Container]:
    """The containers that are the app now."""
    return serving(app, containers(), services().engine.workloads.instance)


def state_of(app: App, latest: Deployment | None) -> AppState:
    """``latest`` is its newest deployment."""
    return state(app, serving_now(app), latest, services().engine.health)
