"""The Docker SDK, made at first use and again after it failed; every error of it becomes a Problem here."""

from collections.abc import Iterator
from contextlib import contextmanager

import docker
import requests
from docker.errors import APIError, DockerException
from docker.tls import TLSConfig

from paas.concurrency import limit
from paas.engine.connection import Address
from paas.errors import Conflict, Invalid, NotFound, Problem, Unavailable
from paas.settings import Settings

CALL_SECONDS = 10.0
"""How long a whole call may take. The SDK's own timeout counts each read anew, so an engine that drips never ends
it."""

READ_SECONDS = 60.0
"""How long the SDK waits for one read, for calls that may take longer than ``CALL_SECONDS``."""


class Client:
    """Hands out the SDK's low-level client; ``calling()`` bounds and translates what is done with it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.address = Address(
            settings.docker_host, tls_verify=settings.docker_tls_verify, cert_path=settings.docker_cert_path
        )
        self._api: docker.APIClient | None = None

    @contextmanager
    def calling(self, subject: str, *, seconds: float | None = CALL_SECONDS) -> Iterator[docker.APIClient]:
        """Yield the client for one call about ``subject``, which names it in the error; ``seconds=None`` for a
        stream."""
        try:
            with limit(seconds):
                if self._api is None:
                    self._api = self._connect()
                yield self._api
        except APIError as error:
            raise _problem(subject, error) from error
        except (DockerException, requests.RequestException, OSError) as error:
            self._api = None  # the engine may come back as another version
            raise self.address.unreachable(_root(error)) from error
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise Unavailable(f"{self.address} did not answer as a Docker Engine does. Check DOCKER_HOST.") from error

    def _connect(self) -> docker.APIClient:
        """Settle on the engine's API version; the SDK's constructor asks for it, so an absent engine fails here."""
        settings = self._settings
        folder = settings.docker_cert_path
        tls = (
            TLSConfig(
                client_cert=(str(folder / "cert.pem"), str(folder / "key.pem")),
                ca_cert=str(folder / "ca.pem"),
                verify=True,
            )
            if settings.docker_tls_verify and folder
            else False
        )
        return docker.APIClient(base_url=self.address.url, version="auto", timeout=int(READ_SECONDS), tls=tls)


def _problem(subject: str, error: APIError) -> Problem:
    reason = error.explanation or str(error)
    status = error.status_code
    if status == 404:
        return NotFound(f"{subject} not found")
    if status == 409:
        return Conflict(f"{subject}: {reason}")
    if status is not None and 400 <= status < 500:
        return Invalid(f"{subject}: {reason}")
    return Unavailable(f"The engine failed on {subject}: {reason}")


def _root(error: BaseException) -> BaseException:
    """The operating system's own word for it, which the SDK and requests wrap several times over."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno is not None and not isinstance(seen, requests.RequestException):
            return seen
        if isinstance(seen, TimeoutError | requests.Timeout):
            return TimeoutError()
        nested = next((part for part in seen.args if isinstance(part, BaseException)), None)
        seen = seen.__cause__ or seen.__context__ or nested
    return error
