"""Containers as the engine knows them, in plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from paas.engine import labels as names
from paas.engine.client import Client
from paas.engine.connection import Stream

ANSWER_SECONDS = 5.0
"""How long the engine may take until the first byte of a log: over 2 s were seen for one of a million lines."""

READABLE_DRIVERS = frozenset({"json-file", "local", "journald", ""})


@dataclass(frozen=True)
class Container:
    """One row of the engine's list. Times are seconds since 1970.

    ``since`` (when it last started or ended), ``health``, how it ended and how often the engine has restarted it are
    known to the inventory only.
    """

    id: str
    name: str
    image: str
    state: str
    status: str
    health: str = ""
    created_at: float = 0.0
    since: float | None = None
    exit_code: int | None = None
    out_of_memory: bool = False
    restarts: int = 0
    ports: tuple[str, ...] = ()
    project: str = ""
    service: str = ""
    cpu_percent: float | None = None
    memory_bytes: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    """Those of ``paas.engine.labels`` only."""

    @property
    def short_id(self) -> str:
        return self.id[:12]

    @property
    def is_running(self) -> bool:
        return self.state in ("running", "paused", "restarting")


@dataclass(frozen=True)
class Details:
    """What only an inspection tells. ``started_at`` is the engine's own text, another one for every run."""

    id: str
    name: str
    state: str
    started_at: str
    finished_at: str
    exit_code: int
    health: str
    out_of_memory: bool
    tty: bool
    log_driver: str
    restarts: int = 0
    """How often the engine has restarted it by itself."""
    rotates: bool = False
    """Whether its log moves on to new files, which is when the engine's followers skip lines or send them again."""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        return self.state in ("running", "paused")


class Containers:
    """Asks the engine; every method raises Unavailable when it does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self) -> list[Container]:
        """Every container, running or not, ordered by name."""
        with self._client.calling("The list of containers") as api:
            rows = [_container(row) for row in api.containers(all=True)]
        return sorted(rows, key=lambda container: container.name)

    def inspect(self, container_id: str) -> Details:
        with self._client.calling(f"Container {container_id[:12]}") as api:
            return _details(api.inspect_container(container_id))

    def read_log(
        self,
        container_id: str,
        *,
        tail: int | None = None,
        follow: bool = False,
        exact: bool = False,
        since: str = "",
        until: str = "",
    ) -> Stream:
        """Open a container's log, both streams, with timestamps on.

        ``tail`` counts entries (a line over 16 KiB has several), from the end and before ``until`` is applied; None
        means all of them. ``since`` is inclusive; both times are in seconds since 1970 with nine decimals.
        """
        query = {"stdout": "1", "stderr": "1", "timestamps": "1", "tail": "all" if tail is None else str(tail)}
        query |= {name: value for name, value in (("since", since), ("until", until)) if value}
        if follow:
            query["follow"] = "1"
        return self._client.address.open(
            f"/containers/{container_id}/logs", query, answer_within_seconds=ANSWER_SECONDS, exact=exact
        )


def _container(row: Mapping[str, Any]) -> Container:
    labels = row.get("Labels") or {}
    return Container(
        id=row["Id"],
        name=(row["Names"] or [f"/{row['Id'][:12]}"])[0].lstrip("/"),
        image=row["Image"],
        state=row["State"],
        status=row["Status"],
        created_at=float(row["Created"]),
        ports=_ports(row.get("Ports") or []),
        project=labels.get("com.docker.compose.project", ""),
        service=labels.get("com.docker.compose.service", ""),
        labels=names.ours(labels),
    )


def _ports(rows: list[Mapping[str, Any]]) -> tuple[str, ...]:
    """``8080->80/tcp`` for a published port, ``80/tcp`` for one that only the image names; IPv6 twins are left out."""
    names = set()
    for row in rows:
        private = f"{row['PrivatePort']}/{row['Type']}"
        names.add(f"{row['PublicPort']}->{private}" if row.get("PublicPort") else private)
    return tuple(sorted(names))


def _details(row: Mapping[str, Any]) -> Details:
    state, logging = row["State"], row["HostConfig"]["LogConfig"]
    return Details(
        id=row["Id"],
        name=row["Name"].lstrip("/"),
        state=state["Status"],
        started_at=state["StartedAt"],
        finished_at=state["FinishedAt"],
        exit_code=state["ExitCode"],
        health=(state.get("Health") or {}).get("Status", "").replace("none", ""),
        out_of_memory=state.get("OOMKilled", False),
        tty=row["Config"]["Tty"],
        log_driver=logging["Type"],
        restarts=row.get("RestartCount", 0),
        rotates=logging["Type"] == "local" or (logging.get("Config") or {}).get("max-size", "-1") != "-1",
        labels=names.ours(row["Config"].get("Labels")),
    )


def epoch_seconds(text: str) -> float | None:
    """The engine's RFC 3339 time, to microseconds; None for its year 1, which means never."""
    if text.startswith("0001-"):
        return None
    head, _, fraction = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{head}.{fraction[:6]:0<6}+00:00").timestamp()
