"""Apps and their environment as REST shows them: secrets never, memory in the unit that people write."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from paas.apps import given
from paas.apps.app import App
from paas.apps.environment import Variable
from paas.web.times import iso


def shape(app: App) -> dict[str, Any]:
    """What can be sent back in a change, and what only we say. ``deployment`` is the id of the one that serves."""
    return {
        "id": app.id,
        "name": app.name,
        "kind": app.kind.value,
        "repository": app.repository,
        "branch": app.branch,
        "folder": app.folder,
        "build": app.build,
        "dockerfile": app.dockerfile,
        "procfile": app.procfile,
        "image": app.image,
        "adopted": app.adopted,
        "port": app.port,
        "published_port": app.published_port,
        "cpus": app.cpus,
        "memory": given.memory_text(app.memory_bytes) or None,
        "restart_policy": app.restart_policy,
        "scale": dict(app.scale),
        "mounts": [asdict(mount) for mount in app.mounts],
        "privileged": app.privileged,
        "deploy_key": app.deploy_key,
        "deployment": app.current_id,
        "created_at": iso(app.created_at),
        "changed_at": iso(app.changed_at),
    }


def variable_shape(variable: Variable) -> dict[str, Any]:
    """``value`` is null for a secret."""
    return {
        "key": variable.key,
        "value": None if variable.is_secret else variable.value,
        "secret": variable.is_secret,
        "phase": variable.phase.value,
    }


def environment_shape(variables: Iterable[Variable]) -> dict[str, Any]:
    return {"variables": [variable_shape(variable) for variable in variables]}
