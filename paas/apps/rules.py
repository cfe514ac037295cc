"""What an app may be: each rule takes what somebody wrote and gives it in its one form, or says what is wrong. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from posixpath import normpath

from paas.apps.app import Kind, Mount, Wanted
from paas.apps.places import check_branch, check_image, check_repository
from paas.errors import Invalid

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
VOLUME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
RESTART = re.compile(r"no|always|unless-stopped|on-failure(:[1-9][0-9]{0,3})?", re.ASCII)
PATH = re.compile(r"[^\x00-\x1f\x7f\\:,\"'`$]{1,255}")

BUILDS = ("auto", "dockerfile", "python", "node", "go", "ruby", "static")
LEAST_MEMORY_BYTES = 6 * 1024 * 1024
"""The engine refuses less."""
MOST_CONTAINERS = 100
MOST_CPUS = 1024


def check(wanted: Wanted) -> Wanted:
    """The same in its one form; Invalid names the first field that cannot be."""
    checked = replace(
        wanted,
        name=check_name(wanted.name),
        port=check_port(wanted.port, "port"),
        published_port=check_port(wanted.published_port, "published_port"),
        cpus=check_cpus(wanted.cpus),
        memory_bytes=check_memory(wanted.memory_bytes),
        restart_policy=check_restart_policy(wanted.restart_policy),
        scale=check_scale(wanted.scale),
        mounts=check_mounts(wanted.mounts),
    )
    if checked.published_port is not None and checked.scale.get("web", 1) > 1:
        raise Invalid(
            f"Port {checked.published_port} of the host can lead to one container only: leave web at 1, or take the "
            "port away in the app's settings (published_port).",
            field="published_port",
        )
    return _check_source(checked)


def check_name(name: str) -> str:
    if not LABEL.fullmatch(name):
        raise Invalid(
            "The name must have 1 to 63 characters: letters a to z in lower case, digits and -, and neither begin nor "
            "end with -.",
            field="name",
        )
    if name == "new":
        raise Invalid("The name new belongs to the page on which apps are made. Choose another one.", field="name")
    if name.isdigit():
        raise Invalid("The name must have a letter in it: a number alone would be taken for an app's id.", field="name")
    return name


def check_port(port: int | None, field: str) -> int | None:
    if port is not None and not 1 <= port <= 65535:
        raise Invalid(f"{field} must be a number from 1 to 65535, not {port}.", field=field)
    return port


def check_cpus(cpus: float | None) -> float | None:
    if cpus is not None and not 0.01 <= cpus <= MOST_CPUS:  # NaN is neither
        raise Invalid(f"cpus must be a number from 0.01 to {MOST_CPUS}, for instance 0.5, not {cpus}.", field="cpus")
    return cpus


def check_memory(memory_bytes: int | None) -> int | None:
    if memory_bytes is not None and not LEAST_MEMORY_BYTES <= memory_bytes < 2**60:
        raise Invalid(f"memory must be at least 6m, not {memory_bytes} bytes.", field="memory")
    return memory_bytes


def check_restart_policy(policy: str) -> str:
    if not RESTART.fullmatch(policy):
        raise Invalid(
            f"restart_policy must be no, always, unless-stopped, on-failure or on-failure:10, not {policy!r}.",
            field="restart_policy",
        )
    return policy


def check_scale(scale: Mapping[str, int]) -> dict[str, int]:
    for process, count in scale.items():
        if not LABEL.fullmatch(process):
            raise Invalid(
                f"scale: {process!r} cannot be a process: its name has letters a to z, digits and - only.",
                field="scale",
            )
        if process == "release":
            raise Invalid("scale: release runs once in each deployment and cannot be scaled.", field="scale")
        if not 0 <= count <= MOST_CONTAINERS:
            raise Invalid(f"scale: {process} must be a number from 0 to {MOST_CONTAINERS}, not {count}.", field="scale")
    return dict(sorted(scale.items()))


def check_mounts(mounts: tuple[Mount, ...]) -> tuple[Mount, ...]:
    checked = tuple(map(_check_mount, mounts))
    targets = [mount.target for mount in checked]
    twice = next((target for target in targets if targets.count(target) > 1), None)
    if twice is not None:
        raise Invalid(
            f"mounts: {twice} is there twice. One place in the container can show one thing only.", field="mounts"
        )
    return checked


def check_inside(path: str, field: str) -> str:
    """A path below the repository's top: ``./api/`` -> ``api``; empty is the top itself."""
    if not path:
        return ""
    parts = path.split("/")
    if not _is_path(path) or path.startswith(("/", "-")) or ".." in parts or ".git" in parts:
        raise Invalid(
            f"{field} must be a path within the repository, for instance services/api, not {path!r}.", field=field
        )
    return "/".join(part for part in parts if part not in ("", "."))


def _check_mount(mount: Mount) -> Mount:
    if mount.kind not in ("volume", "host"):
        raise Invalid(f"mounts: kind must be volume or host, not {mount.kind!r}.", field="mounts")
    if mount.kind == "volume" and not VOLUME.fullmatch(mount.source):
        raise Invalid(
            f"mounts: {mount.source!r} cannot be a volume's name: letters, digits and . _ - only, up to 64 of them.",
            field="mounts",
        )
    source = mount.source if mount.kind == "volume" else _absolute(mount.source)
    target = _absolute(mount.target)
    if target == "/":
        raise Invalid(
            "mounts: the target cannot be / itself. Name a folder in the container, for instance /data.", field="mounts"
        )
    return replace(mount, source=source, target=target)


def _is_path(path: str) -> bool:
    """Half of a surrogate pair, which JSON may hold, could be neither kept nor shown."""
    return PATH.fullmatch(path) is not None and path.isprintable()


def _absolute(path: str) -> str:
    if not _is_path(path) or not path.startswith("/") or ".." in path.split("/"):
        raise Invalid(f"mounts: {path!r} must be a whole path that begins with /, without .. in it.", field="mounts")
    return normpath(path).replace("//", "/")


def _check_source(wanted: Wanted) -> Wanted:
    """What belongs to another kind of app is dropped."""
    nothing = replace(wanted, repository="", branch="", folder="", build="auto", dockerfile="", procfile="", image="")
    match wanted.kind:
        case Kind.GIT:
            if wanted.build not in BUILDS:
                raise Invalid(f"build must be one of {', '.join(BUILDS)}, not {wanted.build!r}.", field="build")
            return replace(
                nothing,
                repository=check_repository(wanted.repository),
                branch=check_branch(wanted.branch),
                folder=check_inside(wanted.folder, "folder"),
                build=wanted.build,
                dockerfile=check_inside(wanted.dockerfile, "dockerfile"),
                procfile=check_inside(wanted.procfile, "procfile"),
            )
        case Kind.IMAGE:
            return replace(nothing, image=check_image(wanted.image))
        case Kind.ADOPTED:
            return nothing
