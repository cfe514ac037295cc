"""What a deployment puts into service, in plain values: all that is needed to do it again. Pure but for the vault."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from paas.apps.app import App, Mount
from paas.apps.vault import Vault
from paas.deployments.plans.manifest import Check

WEB = "web"
RELEASE = "release"


@dataclass(frozen=True)
class Release:
    """``processes`` maps each process, ``release`` among them, to its command, empty for the image's own. ``scale`` is
    how many containers each gets. ``environment`` is that of the run; ``secrets`` are the values to blank out."""

    image_id: str
    processes: Mapping[str, str]
    scale: Mapping[str, int]
    port: int
    commit: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    image_environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    healthchecks: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    locked: Mapping[str, int] = field(default_factory=dict)
    """The part of the scale that the code itself sets (app.json), and nobody else may."""
    published_port: int | None = None
    cpus: float | None = None
    memory_bytes: int | None = None
    restart_policy: str = "on-failure:10"
    mounts: tuple[Mount, ...] = ()
    privileged: bool = False

    def instances(self) -> Iterator[tuple[str, int]]:
        """(process, number) of each container, those of web first."""
        for process in sorted(self.scale, key=lambda name: (name != WEB, name)):
            yield from ((process, number) for number in range(1, self.scale[process] + 1))

    def as_the_app_is(self, app: App) -> "Release":
        """The same with what the app is allowed and limited to by now: a rollback must not bring back a right that was
        taken away since, or a limit that was too low."""
        return replace(
            self,
            published_port=app.published_port,
            cpus=app.cpus,
            memory_bytes=app.memory_bytes,
            restart_policy=app.restart_policy,
            mounts=app.mounts,
            privileged=app.privileged,
        )

    def seal(self, vault: Vault) -> str:
        return vault.seal(json.dumps(asdict(self)))


def unseal(vault: Vault, sealed: str) -> Release:
    """The release that ``seal`` gave; Invalid when the vault has another key by now."""
    values = json.loads(vault.open(sealed))
    values["mounts"] = tuple(Mount(**mount) for mount in values["mounts"])
    values["secrets"] = tuple(values["secrets"])
    values["healthchecks"] = {process: tuple(map(_check, each)) for process, each in values["healthchecks"].items()}
    known = {each.name for each in fields(Release)}
    return Release(**{name: value for name, value in values.items() if name in known})


def _check(values: dict[str, Any]) -> Check:
    headers = tuple((name, value) for name, value in values.pop("headers"))
    return Check(**{**values, "command": tuple(values["command"]), "headers": headers})
