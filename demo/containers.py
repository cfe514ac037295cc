"""Three sample containers that write logs worth looking at.

Their image is made on the spot from this machine's busybox, so no registry is needed. What is ours carries the label
``quayside.demo=1``; what does not is never touched.
"""

from pathlib import Path

import docker
from docker.models.containers import Container
from docker.types import LogConfig

from tools import debian
from tools.images import pack, with_libraries

HERE = Path(__file__).parent
IMAGE = "quayside-demo:1"
LABEL = "quayside.demo"
SERVICES = ("web", "worker", "api")


class NotPossible(Exception):
    """The demo cannot be started here; the message says why and what to do."""


def start(client: docker.DockerClient) -> str:
    """Start what does not run yet and say so. Where a name is someone else's, NotPossible, and nothing has changed."""
    names = {service: f"demo-{service}" for service in SERVICES}
    found = {service: _find(client, name) for service, name in names.items()}
    foreign = [names[service] for service, container in found.items() if container and not _is_ours(container)]
    if foreign:
        raise NotPossible(
            f"{', '.join(foreign)}: a container of that name exists and is not part of the demo. "
            "It was left as it is; rename it and run make demo again."
        )
    _make_image(client)
    for service in SERVICES:
        (found[service] or _create(client, service)).start()
    return f"Running: {', '.join(names.values())}. Their logs are on the containers page; make demo-clean removes them."


def clean(client: docker.DockerClient) -> str:
    """Remove what carries the demo's label: its containers, then their image."""
    removed = []
    for container in client.containers.list(all=True, filters={"label": f"{LABEL}=1"}):
        container.remove(force=True, v=True)
        removed.append(str(container.name))
    if client.images.list(IMAGE, filters={"label": f"{LABEL}=1"}):
        client.images.remove(IMAGE)
        removed.append(IMAGE)
    return f"Removed: {', '.join(sorted(removed))}." if removed else "Nothing of the demo is here."


def _find(client: docker.DockerClient, name: str) -> Container | None:
    try:
        return client.containers.get(name)
    except docker.errors.NotFound:
        return None


def _is_ours(container: Container) -> bool:
    return bool(container.labels.get(LABEL) == "1")


def _create(client: docker.DockerClient, service: str) -> Container:
    return client.containers.create(
        IMAGE,
        ["awk", (HERE / f"{service}.awk").read_text()],
        name=f"demo-{service}",
        labels={LABEL: "1", "com.docker.compose.project": "demo", "com.docker.compose.service": service},
        log_config=LogConfig(type="json-file", config={"max-size": "5m", "max-file": "2"}),
        restart_policy={"Name": "always"},
        stop_signal="SIGKILL",  # awk as process 1 ignores SIGTERM, and each stop would take ten seconds
        mem_limit="32m",
        network_mode="none",
    )


def _make_image(client: docker.DockerClient) -> None:
    """Once; refused where the name is someone else's."""
    if client.images.list(IMAGE, filters={"label": f"{LABEL}=1"}):
        return
    if client.images.list(IMAGE):
        raise NotPossible(f"An image named {IMAGE} exists and is not part of the demo. It was left as it is.")
    busybox = _busybox()
    applets = {f"/bin/{name}": busybox for name in ("awk", "date", "sh", "sleep")}
    repository, _, tag = IMAGE.partition(":")
    client.api.import_image_from_data(
        pack(with_libraries(busybox), links=applets), repository=repository, tag=tag, changes=[f"LABEL {LABEL}=1"]
    )


def _busybox() -> str:
    if debian.find("busybox") is None and debian.can_install():
        debian.install(["busybox-static"], reason="the sample containers are made of it")
    program = debian.find("busybox")
    if program is None:
        raise NotPossible(
            "The sample containers are made of this machine's busybox, and it has none. "
            "On Debian and Ubuntu: sudo apt-get install busybox-static"
        )
    return program
