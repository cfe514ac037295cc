"""One attempt of a health check: a page over HTTP, a port, a command inside the container."""

import http.client
import socket
import ssl
from contextlib import closing

from paas.concurrency import limit
from paas.deployments.plans.manifest import Check
from paas.engine.workload import Workload
from paas.engine.workloads import Workloads
from paas.errors import Invalid

MOST_BODY_BYTES = 1024 * 1024
SHOWN = 300


class Failed(Exception):
    """It did not pass; the message says what was there instead."""


class _Slow(Exception):
    """Not a TimeoutError: that would be taken for one of the engine's."""


def probe(workloads: Workloads, workload: Workload, check: Check, port: int) -> None:
    """Return when the container passes the check; Failed with what it did instead."""
    try:
        with limit(check.timeout_seconds, _Slow()):
            if check.kind == "command":
                _run(workloads, workload, check)
            elif check.kind == "listening":
                _connect(workload.address, check.port or port, check.timeout_seconds)
            else:
                _ask(workload.address, check, check.port or port)
    except (_Slow, TimeoutError) as error:
        raise Failed(f"no answer within {check.timeout_seconds} s.") from error


def listens(address: str, port: int) -> bool:
    """Whether somebody takes connections there at this moment."""
    try:
        with closing(socket.create_connection((address, port), 0.5)):
            return True
    except OSError:
        return False


def _run(workloads: Workloads, workload: Workload, check: Check) -> None:
    try:
        code, said = workloads.run(workload.id, check.command, seconds=None)
    except Invalid as problem:
        raise Failed(f"{check.command[0]} cannot be run: {problem.message}") from problem
    if code != 0:
        raise Failed(f"{check.command[0]} ended with exit code {code}: {_short(said)}")


def _connect(address: str, port: int, timeout: float) -> None:
    try:
        with closing(socket.create_connection((address, port), timeout)):
            return
    except TimeoutError:
        raise
    except OSError as error:
        raise Failed(f"nothing listens on port {port}. It must listen on 0.0.0.0, not on localhost.") from error


def _ask(address: str, check: Check, port: int) -> None:
    secure = ssl._create_unverified_context()  # noqa: S323 - it is known by its address alone, and only asked if it is up
    connection = (
        http.client.HTTPSConnection(address, port, timeout=check.timeout_seconds, context=secure)
        if check.scheme == "https"
        else http.client.HTTPConnection(address, port, timeout=check.timeout_seconds)
    )
    with closing(connection):
        try:
            connection.request("GET", check.path, headers={"Accept": "*/*", **dict(check.headers)})
            with connection.getresponse() as answer:  # it holds the socket too
                body = answer.read(MOST_BODY_BYTES).decode(errors="replace")
        except TimeoutError:
            raise
        except ConnectionRefusedError as error:
            raise Failed(f"nothing listens on port {port}. It must listen on 0.0.0.0, not on localhost.") from error
        except (OSError, http.client.HTTPException) as error:
            raise Failed(f"no answer on port {port}: {error}.") from error
    if not 200 <= answer.status < 400:
        raise Failed(f"{check.path} on port {port} answers {answer.status} {answer.reason}.")
    if check.content not in body:
        raise Failed(f"{check.path} on port {port} answers {answer.status}, without {check.content!r} in it.")


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
