"""What an engine answers when it is asked what a container uses.

``cgroup_v1.json`` and ``not_running.json`` were recorded on Docker Engine 20.10.24; ``cgroup_v2.json`` is made after
the API's documentation and what differs on such a machine: no ``percpu_usage``, other names in the memory's parts,
small letters in those of the disk, null for what it does not have."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("answers")
SECOND = 10**9


def recorded(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def answer(seconds: float, *, busy: float = 0.0, memory: int = 50_000_000, received: int = 0, **changes: Any):
    """One of a container that has used ``busy`` seconds of a core, on a machine of two that is up for ``seconds``."""
    cpu = {"total_usage": int(busy * SECOND)}
    return {
        "cpu_stats": {"cpu_usage": cpu, "system_cpu_usage": int(2 * seconds * SECOND), "online_cpus": 2},
        "precpu_stats": {"cpu_usage": {"total_usage": 0}},
        "memory_stats": {"usage": memory, "limit": 100_000_000, "stats": {}},
        "networks": {"eth0": {"rx_bytes": received, "tx_bytes": 0}},
        "blkio_stats": {"io_service_bytes_recursive": None},
        "pids_stats": {"current": 3},
    } | changes


NOT_RUNNING = recorded("not_running")
