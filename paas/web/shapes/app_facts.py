"""What an app is made of, as its first page names it: pairs of a word and what stands for it."""

from collections.abc import Iterator

from paas.apps import given
from paas.apps.app import App, Kind
from paas.web.shapes.containers import binary_size

BUILDS = {
    "dockerfile": "with its Dockerfile",
    "python": "as Python",
    "node": "as Node.js",
    "go": "as Go",
    "ruby": "as Ruby",
    "static": "as static files",
}


def facts(app: App) -> list[tuple[str, str]]:
    """Only what was set, or is needed to know what the app is."""
    return [(word, text) for word, text in _facts(app) if text]


def _facts(app: App) -> Iterator[tuple[str, str]]:
    if app.kind is Kind.GIT:
        yield "Repository", app.repository
        yield "Branch", app.branch or "the default one of the repository"
        yield "Folder", app.folder
        yield "Built", BUILDS.get(app.build, "")
    yield "Image", app.image
    yield "Container" if "/" not in app.adopted else "Compose service", app.adopted
    yield "Port", _ports(app)
    yield "Limits", ", ".join(filter(None, (_memory(app), _cpus(app))))
    yield "Volumes", given.mounts_text(app.mounts)
    yield "Privileged", "yes" if app.privileged else ""


def _ports(app: App) -> str:
    inside = str(app.port) if app.port else ""
    if app.published_port is None:
        return inside and f"{inside} in the container"
    return f"{app.published_port} of this server" + (f", {inside} in the container" if inside else "")


def _memory(app: App) -> str:
    return f"{binary_size(app.memory_bytes)} of memory" if app.memory_bytes else ""


def _cpus(app: App) -> str:
    if app.cpus is None:
        return ""
    return f"{app.cpus:g} CPU" + ("" if app.cpus == 1 else "s")
