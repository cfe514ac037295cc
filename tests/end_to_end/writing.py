"""Containers that wait to be started, made so that a test sees their first line."""

import uuid
from typing import Any

import docker


def create_container(engine, image: str, command: list[str], *, name: str | None = None, **options: Any):
    """SIGKILL stops it: a script as process 1 does not hear SIGTERM, and the engine would wait ten seconds for it."""
    options = {"stop_signal": "SIGKILL", **options}
    return engine.client.containers.create(image, command, name=name or f"test-{uuid.uuid4().hex[:8]}", **options)


def remove_container(container) -> None:
    try:
        container.remove(force=True, v=True)
    except docker.errors.NotFound:
        return
