"""The containers that we make, and all that is done to them. What lacks this dashboard's label is never touched."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any

import docker
from docker.errors import APIError

from paas.concurrency.tasks import shielded
from paas.engine import labels as names
from paas.engine.client import CALL_SECONDS, Client
from paas.engine.frames import Frames
from paas.engine.posting import post
from paas.engine.workload import NETWORK, Listed, Plan, Workload, host_config, inspected, listed, restart_policy
from paas.errors import Conflict, NotFound

CREATE_SECONDS = 60.0
START_SECONDS = 60.0
STOP_SECONDS = 30.0
REMOVE_SECONDS = 60.0


class Workloads:
    """Every method raises Unavailable when the engine does not answer, NotFound when the container is gone."""

    def __init__(self, client: Client, instance: str) -> None:
        self._client, self.instance = client, instance
        self._known: set[str] = set()
        """Ids of containers that are ours: what one is labelled with never changes, so it is asked for once."""

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
                host_config=host_config(api, plan),
                networking_config={"EndpointsConfig": {NETWORK: {}}},
            )
        self._known.add(row["Id"])
        return str(row["Id"])

    def rows(self, labels: Mapping[str, str] | None = None) -> list[Listed]:
        """Every container of ours with these labels, running or not, by name; one call, however many they are."""
        with self._client.calling("The list of containers") as api:
            rows = api.containers(all=True, filters={"label": self._filters(labels)})
        return sorted(map(listed, rows), key=lambda each: each.name)

    def find(self, labels: Mapping[str, str] | None = None) -> list[Workload]:
        """The same, each of them inspected."""
        found = []
        for each in self.rows(labels):
            try:
                found.append(self.inspect(each.id))
            except NotFound:
                continue  # removed in between
        return found

    def holder_of(self, port: int) -> Listed | None:
        """The container, whoever made it, to which this TCP port of the host leads now."""
        with self._client.calling("The list of containers") as api:
            rows = api.containers(filters={"publish": f"{port}/tcp"})
        return next((listed(row) for row in rows if _leads(row, port)), None)

    def inspect(self, container_id: str) -> Workload:
        with self._client.calling(_called(container_id)) as api:
            return self._inspect(api, container_id)

    def start(self, container_id: str) -> None:
        with self._touching(container_id, seconds=START_SECONDS) as api:
            api.start(container_id)

    def signal(self, container_id: str, signal: str) -> None:
        """Send a signal; a container that does not run is left alone."""
        with suppress(Conflict), self._touching(container_id) as api:
            api.kill(container_id, signal)

    def kill(self, container_id: str) -> None:
        """End it now, also while the engine waits to start it again, which a signal would not reach."""
        with self._touching(container_id, seconds=STOP_SECONDS) as api:
            api.stop(container_id, timeout=0)

    def remove(self, container_id: str) -> None:
        """Take it away, running or not, with the unnamed volumes it came with. One that is gone is fine."""
        with suppress(NotFound), self._touching(container_id, seconds=REMOVE_SECONDS) as api:
            api.remove_container(container_id, force=True, v=True)
        self._known.discard(container_id)

    def rename(self, container_id: str, name: str) -> None:
        """Have it found under this name from now on; it may be so already."""
        with self._touching(container_id) as api:
            try:
                api.rename(container_id, name)
            except APIError as error:
                if error.status_code != 400 or self._inspect(api, container_id).name != name:
                    raise

    def set_restart_policy(self, container_id: str, policy: str) -> None:
        with self._touching(container_id) as api:
            api.update_container(container_id, restart_policy=restart_policy(policy))

    def tail(self, container_id: str, lines: int) -> list[str]:
        """The last lines it wrote, both streams."""
        with self._touching(container_id) as api:
            text = api.logs(container_id, stdout=True, stderr=True, tail=lines)
        return bytes(text).decode(errors="replace").splitlines()[-lines:]

    def output(self, container_id: str) -> Iterator[tuple[str, bytes]]:
        """What it writes, as (stream ``o`` or ``e``, bytes), from its start until it has ended. Start it before."""
        query = {"stdout": "1", "stderr": "1", "follow": "1"}
        path = f"/containers/{container_id}/logs"
        self.inspect(container_id)
        with self._client.address.open(path, query, answer_within_seconds=CALL_SECONDS, exact=True) as stream:
            frames = Frames()
            while (data := stream.read(CALL_SECONDS)) != b"":
                yield from frames.feed(data or b"")

    def run(self, container_id: str, command: tuple[str, ...], *, seconds: float | None) -> tuple[int, str]:
        """Run a command inside it: its exit code and what it wrote; TimeoutError when it takes longer."""
        with self._touching(container_id, seconds=seconds) as api:
            job = api.exec_create(container_id, list(command))["Id"]
            # The SDK's own exec_start leaves the connection open.
            with closing(post(api, f"/exec/{job}/start", json={"Detach": False, "Tty": False})) as answer:
                said = b"".join(data for _, data in Frames().feed(answer.content))
            return int(api.exec_inspect(job)["ExitCode"] or 0), said.decode(errors="replace")

    def _ours(self, labels: Mapping[str, str] | None = None) -> dict[str, str]:
        return {**(labels or {}), names.INSTANCE: self.instance}

    def _filters(self, labels: Mapping[str, str] | None) -> list[str]:
        return [f"{key}={value}" for key, value in self._ours(labels).items()]

    @contextmanager
    def _touching(self, container_id: str, *, seconds: float | None = CALL_SECONDS) -> Iterator[docker.APIClient]:
        with self._client.calling(_called(container_id), seconds=seconds) as api:
            if container_id not in self._known:
                self._inspect(api, container_id)
            yield api

    def _inspect(self, api: docker.APIClient, container_id: str) -> Workload:
        workload = inspected(api.inspect_container(container_id))
        if workload.labels.get(names.INSTANCE) != self.instance:
            raise NotFound(f"{_called(container_id)} is not one of this dashboard's.")
        self._known.add(container_id)
        return workload


def _leads(row: Mapping[str, Any], port: int) -> bool:
    """The engine's own filter takes a port of the container for one of the host as well."""
    return any(each.get("PublicPort") == port and each.get("Type") == "tcp" for each in row["Ports"])


def _called(container_id: str) -> str:
    return f"Container {container_id[:12]}"
