"""An app in plain values: where its code comes from, how it runs, what it may use. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum


class Kind(StrEnum):
    """Where an app's containers come from."""

    GIT = "git"
    IMAGE = "image"
    ADOPTED = "adopted"


@dataclass(frozen=True)
class Mount:
    """What an app sees at ``target``: a named volume (``kind`` volume) or a path of the host (``kind`` host).

    A volume's ``source`` is a name within its app: two apps that both say ``data`` have two volumes, as otherwise
    whoever may create an app could read the files of everybody else's.
    """

    kind: str
    source: str
    target: str
    read_only: bool = False


@dataclass(frozen=True)
class Wanted:
    """What somebody wants an app to be; ``rules.check`` says whether it can be.

    ``port`` is where its web process listens in the container (None: what the image exposes, else 5000),
    ``published_port`` the host's port that leads there (None: none). ``scale`` maps process to number of containers.
    ``adopted`` is the container's name, or ``project/service`` of a compose service.
    """

    name: str
    kind: Kind = Kind.GIT
    repository: str = ""
    branch: str = ""
    folder: str = ""
    build: str = "auto"
    dockerfile: str = ""
    procfile: str = ""
    image: str = ""
    adopted: str = ""
    port: int | None = None
    published_port: int | None = None
    cpus: float | None = None
    memory_bytes: int | None = None
    restart_policy: str = "on-failure:10"
    scale: Mapping[str, int] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    privileged: bool = False


@dataclass(frozen=True, kw_only=True)
class App(Wanted):
    """What there is. Times are seconds since 1970."""

    id: int
    deploy_key: str = ""
    """The public half, as ssh prints it."""
    created_by: int | None = None
    created_at: float = 0.0
    changed_at: float = 0.0
    current_id: int | None = None
    """The id of the deployment that serves; None before the first one succeeded."""


CHANGEABLE = frozenset(each.name for each in fields(Wanted)) - {"kind", "adopted"}
"""What may be changed of an app once there is one."""


def wanted_of(app: App) -> Wanted:
    """What the app is now, as the beginning of a change."""
    return Wanted(**{each.name: getattr(app, each.name) for each in fields(Wanted)})
