"""The one word for how an app is, told by its containers: list, page, side and live messages take it from here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paas.apps import adoption
from paas.apps.app import App, Kind
from paas.deployments.history import Deployment
from paas.engine import labels
from paas.engine.containers import Container
from paas.engine.inventory import Health
from paas.web.shapes.containers import state_word

UP = ("running", "unhealthy")


@dataclass(frozen=True)
class AppState:
    """``word`` is running, starting, unhealthy, stopped, failed or unknown; ``detail`` is what it leaves out."""

    word: str
    detail: str = ""


def containers_of(app: App, containers: Iterable[Container], instance: str) -> list[Container]:
    """All that the app has on the engine, of old deployments too. ``instance`` tells our labels from those of another
    dashboard on the same engine, which counts its apps from 1 as well."""
    if app.kind is Kind.ADOPTED:
        return [container for container in containers if adoption.belongs(app, container)]
    return [container for container in containers if _is_process_of(app, container, instance)]


def serving(app: App, containers: Iterable[Container], instance: str) -> list[Container]:
    """Those that are the app now: the processes of the deployment that serves."""
    found = containers_of(app, containers, instance)
    if app.kind is Kind.ADOPTED:
        return found
    return [each for each in found if each.labels.get(labels.DEPLOYMENT) == str(app.current_id)]


def state(app: App, now: Sequence[Container], latest: Deployment | None, engine: Health) -> AppState:
    """``now`` are the containers that ``serving`` has found, ``latest`` is the app's newest deployment."""
    if not engine.ok:
        return AppState("unknown", "the engine does not answer")
    if app.kind is not Kind.ADOPTED and app.current_id is None:
        return _before_the_first(latest)
    found = _together([state_word(container) for container in now])
    is_swapping = latest is not None and latest.status.is_running
    return AppState("starting", "being deployed") if is_swapping and found.word == "stopped" else found


def _is_process_of(app: App, container: Container, instance: str) -> bool:
    its = container.labels
    is_ours = its.get(labels.INSTANCE) == instance and its.get(labels.APP) == str(app.id)
    return is_ours and its.get(labels.ROLE) != "release"


def _before_the_first(latest: Deployment | None) -> AppState:
    if latest is None:
        return AppState("stopped", "not deployed yet")
    if not latest.status.is_over:
        return AppState("starting", "first deployment")
    if latest.status == "failed":
        return AppState("failed", "no deployment has succeeded yet")
    return AppState("stopped", "not deployed yet")


def _together(words: Sequence[str]) -> AppState:
    """One failed among others that run leaves the app up, but not well."""
    if not words:
        return AppState("stopped", "no containers")
    up = sum(word in UP for word in words)
    detail = f"{up} of {len(words)} running" if up < len(words) else ""
    if "failed" in words:
        return AppState("unhealthy" if up else "failed", detail if up else "")
    worst = next((word for word in ("unhealthy", "starting", "running") if word in words), "stopped")
    return AppState(worst, detail if up else "")
