"""The containers that we make, and all that is done to them. What lacks this dashboard's label is never touched."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

import docker
from docker.errors import APIError
from docker.types import Mount

from paas.concurrency.tasks import shielded
from paas.engine import labels as names
from paas.engine.client import CALL_SECONDS, Client
from paas.engine.containers import epoch_seconds
from paas.engine.frames import Frames
from paas.engine.posting import post
from paas.errors import Conflict, NotFound

NETWORK = "quayside"
"""On a network that somebody made, unlike on the engine's default one, containers reach each other by name."""

CREATE_SECONDS = 60.0
START_SECONDS = 60.0
STOP_SECONDS = 30.0
REMOVE_SECONDS = 60.0


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
class Workload:
    """A container of ours, as an inspection tells. Times are seconds since 1970; ``address`` is its own IP address."""

    id: str
    name: str
    state: str
    labels: Mapping[str, str]
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

    @property
    def is_running(self) -> bool:
        return self.state in ("running", "paused", "restarting")


class Workloads:
    """Every method raises Unavailable when the engine does not answer, NotFound when the container is gone."""

    def __init__(self, client: Client, instance: str) -> None:
        self._client, self.instance = client, instance

    def ensure_network(self) -> None:
        """Make the network of all apps unless it is there."""
        with self._client.calling(f"Network {NETWORK}") as api:
            if any(row["Name"] == NETWORK for row in api.networks(names=[NETWORK])):
                return
            try:
                api.create_network(NETWORK, driver="bridge", check_duplicate=True, labels=self._ours())
            except APIError as error:
                if error.status_code != 409:  # somebody was quicker
                    raise

    def ensure_volume(self, name: str, labels: Mapping[str, str]) -> None:
        """Make the volume unless it is there; Conflict when one of that name is not ours."""
        with self._client.calling(f"Volume {name}") as api:
            row = api.create_volume(name, labels=self._ours(labels))
        if (row.get("Labels") or {}).get(names.INSTANCE) != self.instance:
            raise Conflict(f"There is a volume {name} on the engine that another program made. Rename one of them.")

    def volumes(self, labels: Mapping[str, str]) -> list[str]:
        with self._client.calling("The list of volumes") as api:
            rows = api.volumes(filters={"label": self._filters(labels)})["Volumes"]
        return sorted(row["Name"] for row in rows or [])

    def remove_volume(self, name: str) -> None:
        with self._client.calling(f"Volume {name}") as api:
            api.remove_volume(name)

    def create(self, plan: Plan) -> str:
        """Make the container, not yet running; its id. NotFound when the image is gone, Conflict for a name in use.

        An interruption waits for it: the engine would make the container all the same, after whoever clears up looked.
        """
        with shielded(), self._client.calling(f"Image {plan.image}", seconds=CREATE_SECONDS) as api:
            row = api.create_container(
                plan.image,
                command=list(plan.command) if plan.command is not None else None,
                environment=dict(plan.environment),
                labels=self._ours(plan.labels),
                name=plan.name,
                ports=sorted(set(plan.published.values())) or None,
                host_config=_host_config(api, plan),
                networking_config={"EndpointsConfig": {NETWORK: {}}},
            )
        return str(row["Id"])

    def find(self, labels: Mapping[str, str] | None = None) -> list[Workload]:
        """Every container of ours with these labels, running or not, by name."""
        with self._client.calling("The list of containers") as api:
            rows = api.containers(all=True, quiet=True, filters={"label": self._filters(labels)})
        found = []
        for row in rows:
            try:
                found.append(self.inspect(row["Id"]))
            except NotFound:
                continue  # removed in between
        return sorted(found, key=lambda workload: workload.name)

    def inspect(self, container_id: str) -> Workload:
        with self._touching(container_id) as (_, workload):
            return workload

    def start(self, container_id: str) -> None:
        with self._touching(container_id, seconds=START_SECONDS) as (api, workload):
            api.start(workload.id)

    def signal(self, container_id: str, signal: str) -> None:
        """Send a signal; a container that does not run is left alone."""
        with self._touching(container_id) as (api, workload):
            if workload.is_running:
                api.kill(workload.id, signal)

    def kill(self, container_id: str) -> None:
        """End it now, also while the engine waits to start it again, which a signal would not reach."""
        with self._touching(container_id, seconds=STOP_SECONDS) as (api, workload):
            api.stop(workload.id, timeout=0)

    def remove(self, container_id: str) -> None:
        """Take it away, running or not, with the unnamed volumes it came with. One that is gone is fine."""
        try:
            with self._touching(container_id, seconds=REMOVE_SECONDS) as (api, workload):
                api.remove_container(workload.id, force=True, v=True)
        except NotFound:
            return

    def rename(self, container_id: str, name: str) -> None:
        with self._touching(container_id) as (api, workload):
            if workload.name != name:
                api.rename(workload.id, name)

    def set_restart_policy(self, container_id: str, policy: str) -> None:
        with self._touching(container_id) as (api, workload):
            api.update_container(workload.id, restart_policy=_restart_policy(policy))

    def tail(self, container_id: str, lines: int) -> list[str]:
        """The last lines it wrote, both streams."""
        with self._touching(container_id) as (api, workload):
            text = api.logs(workload.id, stdout=True, stderr=True, tail=lines)
        return bytes(text).decode(errors="replace").splitlines()[-lines:]

    def output(self, container_id: str) -> Iterator[tuple[str, bytes]]:
        """What it writes, as (stream ``o`` or ``e``, bytes), from its start until it has ended. Start it before."""
        query = {"stdout": "1", "stderr": "1", "follow": "1"}
        path = f"/containers/{self.inspect(container_id).id}/logs"
        with self._client.address.open(path, query, answer_within_seconds=CALL_SECONDS, exact=True) as stream:
            frames = Frames()
            while (data := stream.read(CALL_SECONDS)) != b"":
                yield from frames.feed(data or b"")

    def run(self, container_id: str, command: tuple[str, ...], *, seconds: float | None) -> tuple[int, str]:
        """Run a command inside it: its exit code and what it wrote; TimeoutError when it takes longer."""
        with self._touching(container_id, seconds=seconds) as (api, workload):
            job = api.exec_create(workload.id, list(command))["Id"]
            # The SDK's own exec_start leaves the connection open.
            with closing(post(api, f"/exec/{job}/start", json={"Detach": False, "Tty": False})) as answer:
                said = b"".join(data for _, data in Frames().feed(answer.content))
            return int(api.exec_inspect(job)["ExitCode"] or 0), said.decode(errors="replace")

    def _ours(self, labels: Mapping[str, str] | None = None) -> dict[str, str]:
        return {**(labels or {}), names.INSTANCE: self.instance}

    def _filters(self, labels: Mapping[str, str] | None) -> list[str]:
        return [f"{key}={value}" for key, value in self._ours(labels).items()]

    @contextmanager
    def _touching(
        self, container_id: str, *, seconds: float | None = CALL_SECONDS
    ) -> Iterator[tuple[docker.APIClient, Workload]]:
        with self._client.calling(f"Container {container_id[:12]}", seconds=seconds) as api:
            workload = _workload(api.inspect_container(container_id))
            if workload.labels.get(names.INSTANCE) != self.instance:
                raise NotFound(f"Container {container_id[:12]} is not one of this dashboard's.")
            yield api, workload


def _host_config(api: docker.APIClient, plan: Plan) -> dict[str, Any]:
    mounts = [
        Mount(each.target, each.source, type="bind" if each.is_host else "volume", read_only=each.read_only)
        for each in plan.attached
    ]
    return api.create_host_config(
        init=True,
        restart_policy=_restart_policy(plan.restart_policy),
        mem_limit=plan.memory_bytes,
        nano_cpus=None if plan.cpus is None else int(plan.cpus * 1e9),
        mounts=mounts or None,
        privileged=plan.privileged,
        port_bindings={inside: host for host, inside in plan.published.items()} or None,
        network_mode=NETWORK,
    )


def _restart_policy(text: str) -> Any:  # noqa: ANN401 - a dictionary that the SDK's annotations call by a private name
    """``on-failure:10`` as the engine takes it."""
    name, _, count = text.partition(":")
    return {"Name": name, "MaximumRetryCount": int(count or 0)}


def _workload(row: Mapping[str, Any]) -> Workload:
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
