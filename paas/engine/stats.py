"""What containers and the engine itself use, as the engine tells it; ``paas.metrics`` makes figures of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import orjson

from paas.engine.client import Client
from paas.errors import Unavailable

ANSWER_SECONDS = 5.0
"""How long one whole answer may take; the engine itself waits two seconds to have two readings to compare."""


@dataclass(frozen=True)
class Machine:
    """The engine as a whole. ``folder`` is where it keeps its data, on its own machine."""

    images: int
    folder: str


class Stats:
    """Asks the engine; every method raises Unavailable when it does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def read(self, container_id: str, *, pair: bool) -> Mapping[str, Any]:
        """One answer. With ``pair`` the engine takes two readings a second apart and puts the first beside the other
        as ``precpu_stats``, else one as soon as it has it. NotFound when there is no such container."""
        query = {"stream": "0"} if pair else {"stream": "0", "one-shot": "1"}
        deadline, body = monotonic() + ANSWER_SECONDS, bytearray()
        with self._client.address.open(
            f"/containers/{container_id}/stats", query, answer_within_seconds=ANSWER_SECONDS, exact=False
        ) as stream:
            while data := stream.read(max(deadline - monotonic(), 0.001)):
                body += data
        return _parsed(body if data is not None else b"")

    def machine(self) -> Machine:
        with self._client.calling("The engine") as api:
            info = api.info()
            return Machine(images=info["Images"], folder=info["DockerRootDir"])


def _parsed(text: bytes | bytearray) -> Mapping[str, Any]:
    """An engine that stops in the middle of an answer, or takes too long over it, leaves a piece."""
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Unavailable("The engine stopped in the middle of its answer.") from error
    if not isinstance(answer, dict):
        raise Unavailable("The engine's answer is not what it should be. Check DOCKER_HOST.")
    return answer
