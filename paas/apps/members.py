"""Which containers are an app's, and what their processes are called."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from paas.apps.adoption import belongs
from paas.apps.app import App, Kind
from paas.engine import labels
from paas.engine.containers import Container

_REPLICA = re.compile(r"[-_](\d+)\Z", re.ASCII)


class Member(NamedTuple):
    """One container of an app. ``process`` is ``web.1`` or the like."""

    container: Container
    process: str


def members(app: App, containers: Iterable[Container], *, instance: str) -> list[Member]:
    """The app's containers, old and new, running or not. ``instance`` is this dashboard: another one on the same engine
    has apps of the same ids."""
    if app.kind is Kind.ADOPTED:
        return [Member(each, service_of(each)) for each in containers if belongs(app, each)]
    ours = {labels.INSTANCE: instance, labels.APP: str(app.id)}
    return [Member(each, process_of(each)) for each in containers if ours.items() <= each.labels.items()]


def process_of(container: Container) -> str:
    """``web.1``; a container in which something ran once has no number."""
    process = container.labels.get(labels.PROCESS, "") or container.labels.get(labels.ROLE, "") or container.name
    number = container.labels.get(labels.NUMBER, "")
    return f"{process}.{number}" if number else process


def service_of(container: Container) -> str:
    """Of a compose service its name and the number of the replica, which is the end of the container's name."""
    replica = _REPLICA.search(container.name)
    if not container.service:
        return container.name
    return f"{container.service}.{replica[1]}" if replica else container.service
