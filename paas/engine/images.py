"""Images: built, pulled, found and removed. A build or a pull whose caller goes away is ended on the engine too."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Any

import requests
from docker import auth, utils
from docker.errors import APIError

from paas.engine.client import Client
from paas.engine.containers import epoch_seconds
from paas.engine.posting import post
from paas.errors import Invalid, NotFound, Unavailable

Say = Callable[[str], None]

KILLED = 137
WAS_KILLED = ". It was killed: the machine had no memory left for it, or the engine was stopped. Try again."

NAME_BY_CHANCE = re.compile(r"/[a-z]+_[a-z]+\d?")
"""What the engine calls a container that was given no name."""


@dataclass(frozen=True)
class Image:
    """What an image says of itself. ``exposed`` are its TCP ports, lowest first."""

    id: str
    tags: tuple[str, ...] = ()
    exposed: tuple[int, ...] = ()
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    triggers: tuple[str, ...] = ()
    """The instructions that are carried out when another image is built on it."""
    is_from_registry: bool = False
    """Whether it was pulled or pushed, so that a registry may have a newer one of its name."""


class Images:
    """Every method raises Unavailable when the engine does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def build(
        self,
        context: IO[bytes],
        *,
        tag: str,
        dockerfile: str,
        say: Say,
        build_args: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> str:
        """Build an image of the packed folder and return its id; Invalid with the builder's words when it fails.

        ``say`` gets the output in pieces as they come. Closing the connection, which any error here does, ends the
        build on the engine and removes its containers.
        """
        query = {
            "t": tag,
            "dockerfile": dockerfile,
            "rm": "1",
            "forcerm": "1",
            "buildargs": json.dumps(dict(build_args or {})),
            "labels": json.dumps(dict(labels or {})),
        }
        headers: dict[str, str | bytes] = {"Content-Type": "application/tar"}
        built = ""
        with self._client.calling("The build", seconds=None) as api:
            api._set_auth_headers(headers)  # type: ignore[attr-defined]  # the SDK's own way to the credentials of private base images
            with closing(post(api, "/build", query=query, headers=headers, data=context)) as answer:
                for chunk in _chunks(answer):
                    built = (chunk.get("aux") or {}).get("ID") or built
                    _tell(chunk, say, "The build failed")
        if not built:
            raise Unavailable("The engine ended the build without an image. Try again.")
        return built

    def pull(self, reference: str, say: Say) -> None:
        """Fetch the image from its registry; Invalid with the registry's words when it refuses."""
        name, tag = _split(reference)
        with self._client.calling(f"Image {reference}", seconds=None) as api:
            registry, _ = auth.resolve_repository_name(name)
            header = auth.get_config_header(api, registry)
            headers = {"X-Registry-Auth": header} if header else {}
            query = {"fromImage": name, "tag": tag}
            with closing(post(api, "/images/create", query=query, headers=headers)) as answer:
                for chunk in _chunks(answer):
                    _tell(chunk, say, f"{reference} could not be pulled")

    def find(self, reference: str) -> Image | None:
        """The image of this name or id, None when the engine has none."""
        try:
            with self._client.calling(f"Image {reference}") as api:
                return _image(api.inspect_image(reference))  # type: ignore[no-untyped-call]
        except NotFound:
            return None

    def tag(self, image_id: str, reference: str) -> None:
        name, tag = _split(reference)
        with self._client.calling(f"Image {image_id}") as api:
            api.tag(image_id, name, tag)

    def remove(self, reference: str) -> None:
        """Take away this name, and the image with it when it was the last one. One that is not there is fine;
        Conflict while a container needs it."""
        try:
            with self._client.calling(f"Image {reference}") as api:
                api.remove_image(reference)
        except NotFound:
            return

    def unnamed(self, labels: Mapping[str, str]) -> list[str]:
        """The ids of the images with these labels that have no name and that nothing else is made of."""
        wanted = {"dangling": True, "label": [f"{key}={value}" for key, value in labels.items()]}
        with self._client.calling("The list of images") as api:
            return [row["Id"] for row in api.images(filters=wanted)]

    def remove_step(self, container_id: str, *, since: float) -> None:
        """Take away the container in which the builder ran a step, with what still runs in it. One that is gone is
        fine; any other container, or one that was made before ``since``, is left alone."""
        with self._client.calling(f"Container {container_id}") as api:
            try:
                row = api.inspect_container(container_id)
                if _is_of_a_step(row) and (epoch_seconds(row["Created"]) or 0) >= since:
                    api.remove_container(row["Id"], force=True, v=True)
            except APIError as error:
                if error.status_code not in (404, 409):  # 409: it is on its way out
                    raise

    def tags(self, repository: str) -> list[str]:
        """The names, with their tags, of the images called ``repository``."""
        with self._client.calling("The list of images") as api:
            rows = api.images(name=repository)
        named = (tag for row in rows for tag in row.get("RepoTags") or [])
        return sorted(tag for tag in named if tag.rpartition(":")[0] == repository)


def _chunks(answer: requests.Response) -> Iterator[dict[str, Any]]:
    """The JSON objects of the stream, one a line."""
    rest = b""
    for data in answer.iter_content(chunk_size=None):
        *lines, rest = (rest + data).split(b"\n")
        yield from (json.loads(line) for line in lines if line.strip())
    if rest.strip():
        yield json.loads(rest)


def _tell(chunk: Mapping[str, Any], say: Say, failure: str) -> None:
    """Hand on what a chunk says; the engine has answered 200 long ago, so a failure is known by its key alone."""
    if "error" in chunk:
        code = (chunk.get("errorDetail") or {}).get("code")
        raise Invalid(f"{failure}: {str(chunk['error']).strip()}{WAS_KILLED if code == KILLED else ''}")
    if "stream" in chunk:
        say(chunk["stream"])
    elif chunk.get("status") and not chunk.get("progressDetail"):  # the many steps of a bar would be a line each
        layer = f"{chunk['id']}: " if chunk.get("id") else ""
        say(f"{layer}{chunk['status']}\n")


def _split(reference: str) -> tuple[str, str]:
    """``registry:5000/a/b:1`` -> (``registry:5000/a/b``, ``1``); a digest counts as tag."""
    name, tag = utils.parse_repository_tag(reference)
    return name, tag or "latest"


def _is_of_a_step(row: Mapping[str, Any]) -> bool:
    """Nobody else makes one of an image without a name, under a name by chance, without a log."""
    has_image_by_id = row["Config"]["Image"] == row["Image"]
    has_no_log = row["HostConfig"]["LogConfig"]["Type"] == "none"
    return has_image_by_id and has_no_log and NAME_BY_CHANCE.fullmatch(row["Name"]) is not None


def _image(row: Mapping[str, Any]) -> Image:
    config = row.get("Config") or {}
    ports = (port.partition("/") for port in config.get("ExposedPorts") or {})
    return Image(
        id=row["Id"],
        tags=tuple(row.get("RepoTags") or ()),
        exposed=tuple(sorted(int(number) for number, _, kind in ports if kind in ("tcp", ""))),
        entrypoint=tuple(config.get("Entrypoint") or ()),
        command=tuple(config.get("Cmd") or ()),
        environment=dict(pair.split("=", 1) for pair in config.get("Env") or () if "=" in pair),
        labels=dict(config.get("Labels") or {}),
        triggers=tuple(config.get("OnBuild") or ()),
        is_from_registry=bool(row.get("RepoDigests")),
    )
