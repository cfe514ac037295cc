"""The containers that we make in plain values: as they are planned, and as the engine tells of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import docker
from docker.types import Mount

from paas.engine import labels as names
from paas.engine.containers import epoch_seconds

NETWORK = "quayside"
"""On a network that somebody made, unlike on the engine's default one, containers reach each other by name."""


@dataclass(frozen=True)
class Attached:
    """What a container sees at ``target``: a volume, or (``is_host``) a path of the host."""

    source: str
    target: str
    is_host: bool = False
    read_only: bool = False


@dataclass(frozen=True)
class Plan:
    """A container to be made. ``command`` None is the image's own; ``published`` maps a port of the host to one of
    the container."""

    name: str
    image: str
    labels: Mapping[str, str]
    command: tuple[str, ...] | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    restart_policy: str = "no"
    memory_bytes: int | None = None
    cpus: float | None = None
    attached: tuple[Attached, ...] = ()
    privileged: bool = False
    published: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """A container of ours, as the engine's list tells."""

    id: str
    name: str
    state: str
    labels: Mapping[str, str]

    @property
    def is_running(self) -> bool:
        return self.state in ("running", "paused", "restarting")


@dataclass(frozen=True)
class Workload(Listed):
    """The same, as an inspection tells. Times are seconds since 1970; ``address`` is its own IP address."""

    image_id: str = ""
    restart_policy: str = "no"
    restarts: int = 0
    exit_code: int = 0
    out_of_memory: bool = False
    error: str = ""
    """Why the engine could not start it."""
    health: str = ""
    address: str = ""
    published: tuple[int, ...] = ()
    stop_signal: str = "SIGTERM"
    started_at: float | None = None
    finished_at: float | None = None


def host_config(api: docker.APIClient, plan: Plan) -> dict[str, Any]:
    """What the engine is to give the container, as it takes it."""
    mounts = [
        Mount(each.target, each.source, type="bind" if each.is_host else "volume", read_only=each.read_only)
        for each in plan.attached
    ]
    return api.create_host_config(
        init=True,
        restart_policy=restart_policy(plan.restart_policy),
        mem_limit=plan.memory_bytes,
        nano_cpus=None if plan.cpus is None else int(plan.cpus * 1e9),
        mounts=mounts or None,
        privileged=plan.privileged,
        port_bindings={inside: host for host, inside in plan.published.items()} or None,
        network_mode=NETWORK,
    )


def restart_policy(text: str) -> Any:  # noqa: ANN401 - a dictionary that the SDK's annotations call by a private name
    """``on-failure:10`` as the engine takes it."""
    name, _, count = text.partition(":")
    return {"Name": name, "MaximumRetryCount": int(count or 0)}


def listed(row: Mapping[str, Any]) -> Listed:
    """Of a row of the engine's list; it may have further names there, which lead through other containers, or
    none any more."""
    name = next((name for name in row["Names"] or () if name.count("/") == 1), "")
    return Listed(row["Id"], name.lstrip("/"), row["State"], names.ours(row.get("Labels")))


def inspected(row: Mapping[str, Any]) -> Workload:
    """Of what the engine answers to an inspection."""
    state, host, config = row["State"], row["HostConfig"], row["Config"]
    policy = host.get("RestartPolicy") or {}
    count = policy.get("MaximumRetryCount")
    network = (row["NetworkSettings"].get("Networks") or {}).get(NETWORK) or {}
    bindings = (host.get("PortBindings") or {}).values()
    return Workload(
        id=row["Id"],
        name=row["Name"].lstrip("/"),
        state=state["Status"],
        labels=names.ours(config.get("Labels")),
        image_id=row["Image"],
        restart_policy=f"{policy.get('Name') or 'no'}{f':{count}' if count else ''}",
        restarts=row.get("RestartCount", 0),
        exit_code=state["ExitCode"],
        out_of_memory=state.get("OOMKilled", False),
        error=state.get("Error", ""),
        health=(state.get("Health") or {}).get("Status", ""),
        address=network.get("IPAddress", ""),
        published=tuple(sorted(int(each["HostPort"]) for binding in bindings for each in binding or ())),
        stop_signal=config.get("StopSignal") or "SIGTERM",
        started_at=epoch_seconds(state["StartedAt"]),
        finished_at=epoch_seconds(state["FinishedAt"]),
    )
