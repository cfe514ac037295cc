"""What containers and the engine itself use, as the engine tells it; ``paas.metrics`` makes figures of it.

An engine reads its containers once a second, for as long as somebody asks. Measured on 20.10 with 50 of them: to
follow all costs it 8 % of a core and us 0.6, and so does asking for one answer each every second, which takes 1.15 s
though; asking every ten seconds costs a tenth.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self

import orjson

from paas.engine.client import Client
from paas.engine.connection import Stream
from paas.errors import Unavailable

ANSWER_SECONDS = 5.0
"""How long one whole answer may take, and how long a stream may be silent: the engine itself waits two seconds to have
two readings to compare."""

LONGEST_ANSWER_BYTES = 1024 * 1024
"""The ones seen have 2 KB; each core and each interface adds to them."""

COUNT_SECONDS = 60.0
"""How long the engine may take to say what its disk holds: it looks at the files of every container and volume."""


@dataclass(frozen=True)
class Machine:
    """The engine as a whole. ``folder`` is where it keeps its data, on its own machine."""

    images: int
    folder: str


class Readings:
    """The answers for one container as they come, about one a second, until it is removed or ``abort``. Raises
    Unavailable when the engine is silent, or ends in the middle of an answer."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        rest = b""
        while data := self._stream.read(ANSWER_SECONDS):
            *lines, rest = (rest + data).split(b"\n")
            yield from map(_parsed, lines)
            if len(rest) > LONGEST_ANSWER_BYTES:
                raise _not_an_answer()
        if data is None:
            raise Unavailable("The engine has stopped telling what containers use.")
        if rest:
            raise Unavailable("The engine stopped in the middle of its answer.")

    def abort(self) -> None:
        """End it, from any thread."""
        self._stream.abort()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


class Stats:
    """Asks the engine; every method raises Unavailable when it does not answer, NotFound when there is no such
    container."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, container_id: str, *, pair: bool) -> Mapping[str, Any]:
        """One answer. With ``pair`` the engine takes two readings a second apart and puts the first beside the other
        as ``precpu_stats``, else one as soon as it has it."""
        query = {"stream": "0"} if pair else {"stream": "0", "one-shot": "1"}
        deadline, body = monotonic() + ANSWER_SECONDS, bytearray()
        with self._open(container_id, query) as stream:
            while data := stream.read(max(deadline - monotonic(), 0.001)):
                body += data
                if len(body) > LONGEST_ANSWER_BYTES:
                    raise _not_an_answer()
        if data is None:
            raise Unavailable("The engine does not say in time what a container uses.")
        return _parsed(bytes(body))

    def follow(self, container_id: str) -> Readings:
        """Answers from now on; the first has nothing to compare with."""
        return Readings(self._open(container_id, {"stream": "1"}))

    def machine(self) -> Machine:
        with self._client.calling("The engine") as api:
            info = api.info()
            return Machine(images=info["Images"], folder=info["DockerRootDir"])

    def disk_used(self) -> int:
        """What images, containers, volumes and the build cache take, in bytes. The engine looks at all their files."""
        with self._client.calling("The engine's disk", seconds=COUNT_SECONDS) as api:
            return _disk_used(api.df())

    def _open(self, container_id: str, query: Mapping[str, str]) -> Stream:
        return self._client.address.open(
            f"/containers/{container_id}/stats", query, answer_within_seconds=ANSWER_SECONDS, exact=False
        )


def _parsed(text: bytes) -> Mapping[str, Any]:
    """An engine that stops in the middle of an answer leaves a piece."""
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Unavailable("The engine stopped in the middle of its answer.") from error
    if not isinstance(answer, dict):
        raise _not_an_answer()
    return answer


def _not_an_answer() -> Unavailable:
    return Unavailable("The engine did not say what a container uses as a Docker Engine does. Check DOCKER_HOST.")


def _disk_used(answer: Mapping[str, Any]) -> int:
    """As ``docker system df`` adds it up. What is not known is -1 or missing."""
    containers = [row.get("SizeRw") or 0 for row in answer.get("Containers") or ()]
    volumes = [(row.get("UsageData") or {}).get("Size") or 0 for row in answer.get("Volumes") or ()]
    cache = [row.get("Size") or 0 for row in answer.get("BuildCache") or () if not row.get("Shared")]
    return sum(max(size, 0) for size in (answer.get("LayersSize") or 0, *containers, *volumes, *cache))
