"""A container as the list shows it: every word is chosen here, so that page and live message cannot disagree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paas.apps import adoption
from paas.engine import labels
from paas.engine.containers import Container, Details
from paas.engine.inventory import Health
from paas.web.times import ago, iso

_WORDS = {"restarting": "starting", "dead": "failed", "paused": "stopped", "removing": "stopped"}
_DETAILS = {
    "created": "never started",
    "paused": "paused",
    "restarting": "restarting",
    "removing": "being removed",
    "dead": "could not be removed",
}

PORTS_SHOWN = 3
STOPPED_BY_SIGNAL = (137, 143)


@dataclass(frozen=True)
class Row:
    """``word`` is one of running, starting, unhealthy, stopped, failed, unknown.

    The rest is text ready to be shown, empty when not known.
    """

    id: str = ""
    name: str = ""
    project: str = ""
    word: str = "unknown"
    detail: str = ""
    status: str = ""
    since_iso: str = ""
    since_words: str = ""
    image: str = ""
    image_short: str = ""
    ports: str = ""
    ports_short: str = ""
    cpu: str = ""
    memory: str = ""
    logs_url: str = ""
    app: str = ""
    app_url: str = ""
    can_be_adopted: bool = False
    search: str = ""


@dataclass(frozen=True)
class Group:
    """The containers of one compose project, by name; ``name`` is empty for those without a project."""

    name: str
    summary: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Listing:
    """What /containers shows; its ``asdict`` is the live message. ``shows`` is list, none or unreachable."""

    engine: Health
    shows: str
    summary: str
    has_usage: bool
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class AppsOfContainers:
    """``instance`` is how our own are known, ``adopted`` maps what an adopted app follows to its name."""

    instance: str
    adopted: Mapping[str, str]

    def of(self, container: Container) -> tuple[str, str]:
        """The app's name and where its pages are; empty for a container of none."""
        its = container.labels
        if its.get(labels.INSTANCE) == self.instance and labels.APP in its:
            return its.get(labels.APP_NAME, ""), f"/apps/{its[labels.APP]}"  # its name may be another one by now
        name = self.adopted.get(adoption.subject(container), "")
        return name, f"/apps/{name}" if name else ""


def listing(
    containers: Iterable[Container], engine: Health, now: float, apps: AppsOfContainers | None = None
) -> Listing:
    rows = [row(container, now, apps) for container in containers]
    return Listing(
        engine=engine,
        shows="list" if rows else "none" if engine.ok else "unreachable",
        summary=_running_of(rows) if rows else "",
        has_usage=any(each.cpu or each.memory for each in rows),
        groups=_groups(rows),
    )


def row(container: Container, now: float, apps: AppsOfContainers | None = None) -> Row:
    app, app_url = apps.of(container) if apps else ("", "")
    word = state_word(container)
    since = (
        None if container.state == "paused" else container.since
    )  # its start, and nobody knows since when it is paused
    ports = tuple(port.replace("->", " → ") for port in container.ports)
    return Row(
        id=container.id,
        name=container.name,
        project=container.project,
        word=word,
        detail=detail(container),
        status=container.status,
        since_iso=iso(since) if since else "",
        since_words=ago(since, now) if since else "",
        image=container.image,
        image_short=short_image(container.image),
        ports=", ".join(ports),
        ports_short=", ".join(ports[:PORTS_SHOWN]) + (f" +{len(ports) - PORTS_SHOWN}" if ports[PORTS_SHOWN:] else ""),
        cpu="" if container.cpu_percent is None else percent(container.cpu_percent),
        memory="" if container.memory_bytes is None else binary_size(container.memory_bytes),
        logs_url=f"/containers/{container.name}/logs",
        app=app,
        app_url=app_url,
        can_be_adopted=apps is not None and not app and labels.APP not in container.labels,
        search=" ".join(
            (container.name, container.image, container.project, app, word, *ports, container.id[:12])
        ).lower(),
    )


def _groups(rows: Iterable[Row]) -> tuple[Group, ...]:
    """Projects by name, those without one last."""
    by_project: dict[str, list[Row]] = {}
    for each in sorted(rows, key=lambda row: row.name):
        by_project.setdefault(each.project, []).append(each)
    names = sorted(by_project, key=lambda name: (not name, name))
    return tuple(Group(name, _running_of(by_project[name]), tuple(by_project[name])) for name in names)


def _running_of(rows: Iterable[Row]) -> str:
    words = [each.word for each in rows]
    return f"{sum(word in ('running', 'unhealthy') for word in words)} of {len(words)} running"


def state_word(container: Container | Details) -> str:
    """The one word for what the engine calls state, health and exit code."""
    if container.state in ("exited", "created"):
        return "failed" if _has_failed(container) else "stopped"
    if container.state == "running":
        return {"unhealthy": "unhealthy", "starting": "starting"}.get(container.health, "running")
    return _WORDS.get(container.state, "unknown")


def _has_failed(container: Container | Details) -> bool:
    """137 and 143 are what ``docker stop`` leaves behind (SIGKILL, SIGTERM), unless it was for want of memory."""
    return container.out_of_memory or container.exit_code not in (None, 0, *STOPPED_BY_SIGNAL)


def detail(container: Container) -> str:
    """What the word leaves out; without a known start or end, the engine's own words for how long."""
    words = [_DETAILS.get(container.state, "")]
    if container.state == "created" and container.exit_code:
        words = ["could not start"]
    if container.exit_code and container.state != "running":
        words.append("out of memory" if container.out_of_memory else f"exit code {container.exit_code}")
    if not any(words) and not container.since:
        words.append(container.status.partition(" (")[0].lower())
    return ", ".join(filter(None, words))


def short_image(image: str) -> str:
    """An image that has lost its name is known by its digest alone, of which twelve digits are enough."""
    return image.removeprefix("sha256:")[:12] if image.startswith("sha256:") else image.partition("@sha256:")[0]


def percent(value: float) -> str:
    return f"{value:.1f} %" if value < 10 else f"{value:.0f} %"


def binary_size(size: float) -> str:
    """In the largest binary unit that leaves at least 1; a decimal below 10."""
    units = ("B", "KiB", "MiB", "GiB", "TiB")
    power = 0
    while size >= 1024 and power < len(units) - 1:
        size, power = size / 1024, power + 1
    return f"{size:.1f} {units[power]}" if size < 10 and power else f"{size:.0f} {units[power]}"
