"""The processes that an app has, by what was deployed last: their commands and how many containers each should have."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from paas.apps.app import App
from paas.apps.vault import Vault
from paas.deployments.plans import procfile
from paas.deployments.release import RELEASE, WEB, Release, unseal
from paas.storage.tables import DeploymentRow


@dataclass(frozen=True)
class Process:
    """``command`` is empty for the image's own, ``wanted`` the number of containers. Where app.json sets the number,
    it ``is_locked``."""

    name: str
    command: str
    wanted: int
    is_locked: bool = False


def of_app(session: Session, vault: Vault, app: App) -> tuple[Process, ...]:
    """Web first. Before the first deployment nobody knows more than what was set for the app."""
    release = serving_release(session, vault, app)
    if release is None:
        scale = app.scale or {WEB: 1}
        return tuple(Process(name, "", scale[name]) for name in sorted(scale, key=lambda name: name != WEB))
    scale = procfile.formation(release.processes, kept=app.scale, locked=release.locked)
    return tuple(Process(name, release.processes[name], scale[name], name in release.locked) for name in scale)


def release_command(session: Session, vault: Vault, app: App) -> str:
    """What runs once in each deployment, before anything is replaced; empty when nothing does."""
    release = serving_release(session, vault, app)
    return "" if release is None else release.processes.get(RELEASE, "")


def serving_release(session: Session, vault: Vault, app: App) -> Release | None:
    """What the deployment that serves has put into service; Invalid when it was sealed with another key."""
    row = session.get(DeploymentRow, app.current_id) if app.current_id is not None else None
    return unseal(vault, row.sealed_release) if row is not None and row.sealed_release else None
