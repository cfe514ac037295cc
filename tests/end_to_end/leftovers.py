"""What a deployment must not leave behind, whatever became of it: containers, images, networks, folders, processes.

The engine must be one on which nobody but the dashboard under test makes containers.
"""

from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.end_to_end.deploying import House
from tests.waiting import eventually

KEPT_DEPLOYMENTS = 5
"""The containers of so many are kept, stopped, for their logs."""
KEPT_IMAGES = 10


def assert_nothing_left_behind(house: House, deadline_seconds: float = 30) -> None:
    """The last thing a deployment does may be a moment behind its record."""

    def nothing() -> bool:
        found = list(leftovers(house))
        assert not found, "\n".join(found)
        return True

    eventually(nothing, deadline_seconds, what="nothing is left behind")


def leftovers(house: House) -> Iterator[str]:
    """A sentence for each thing that should not be there."""
    apps = {str(app["id"]): app for app in house.apps()}
    yield from _containers(house, apps)
    yield from _images(house, apps)
    yield from _networks(house)
    yield from _files(house.dashboard.folder / "data")
    yield from _processes(house)


def _containers(house: House, apps: dict[str, dict]) -> Iterator[str]:
    kept: dict[str, set[str]] = {}
    for container in house.containers():
        labels, name, status = container.labels, container.name, container.status
        said = f"container {name} ({status})"
        app = apps.get(labels.get("quayside.app", ""))
        if app is None:
            yield f"{said} belongs to no app"
            continue
        current, deployment = str(app["deployment"]), labels["quayside.deployment"]
        serving = f"{app['name']}.{labels['quayside.process']}.{labels['quayside.number']}"
        if labels["quayside.role"] != "process":
            yield f"{said} ran a release command"
        if status not in ("running", "exited"):
            yield f"{said} is {status}"
        if status == "running" and (deployment != current or name != serving):
            yield f"{said} of deployment {deployment} runs, but {current} serves"
        if status == "exited" and name != f"{serving}.d{labels['quayside.deployment.number']}":
            yield f"{said} has stopped, and its name does not say which deployment it was of"
        kept.setdefault(labels["quayside.app"], set()).add(deployment)
    yield from (f"app {app} keeps containers of {many}" for app, many in kept.items() if len(many) > KEPT_DEPLOYMENTS)


def _images(house: House, apps: dict[str, dict]) -> Iterator[str]:
    kept: dict[str, int] = {}
    for app, image in house.images():
        names = image["RepoTags"] or []
        kept[app] = kept.get(app, 0) + 1
        if app not in apps:
            yield f"image {names} belongs to no app"
        if not [name for name in names if not name.startswith("<none>")]:
            yield f"image {image['Id']} of app {app} has no name"
    yield from (f"app {app} keeps {count} images" for app, count in kept.items() if count > KEPT_IMAGES)


def _networks(house: House) -> Iterator[str]:
    names = {network.name for network in house.engine.client.networks.list()} - {"none", "host", "bridge"}
    yield from (f"network {name}" for name in sorted(names - {"quayside"}))


def _files(data: Path) -> Iterator[str]:
    """Beside the database, the keys, a journal for each deployment and their lock there is nothing."""
    for path in sorted(data.rglob("*")):
        inside = path.relative_to(data)
        if path.is_file() and len(inside.parts) > 1 and not _stays(inside):
            yield f"file {inside}"
        if path.is_dir() and len(inside.parts) > 1:
            yield f"folder {inside}"


def _stays(inside: Path) -> bool:
    return inside.match("deployments/*.log") or inside == Path("deployments/lock")


def _processes(house: House) -> Iterator[str]:
    """Neither below the dashboard nor below one before it, which was killed."""
    data = f"{house.dashboard.folder}/data/"
    for process in psutil.process_iter(["cmdline", "environ", "pid"]):
        words, environment = process.info["cmdline"] or (), process.info["environ"] or {}
        if any(data in value for value in environment.values()):
            yield f"process {process.pid}: {' '.join(words)}"
