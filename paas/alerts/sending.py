"""Hands a message to a courier, and waits for what became of it."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from paas.alerts.outcome import Outcome

ROOT = Path(__file__).resolve().parents[2]

LONGEST_SECONDS = 30.0
"""A service that takes longer is tried again later; what it has taken by then may arrive twice."""

PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")


@dataclass(frozen=True)
class Message:
    """``kind`` is failure, success or info: services that know colours show it."""

    title: str
    body: str
    kind: str = "info"


@dataclass(frozen=True)
class Sender:
    """``environment`` is what the operator has set of proxies and certificates."""

    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    longest_seconds: float = LONGEST_SECONDS

    def send(self, url: str, message: Message, *, may_be_private: bool) -> Outcome:
        """What became of it, after at most ``longest_seconds``. Nothing escapes."""
        return self._run({"url": url, "is_check": False, **asdict(message)}, may_be_private=may_be_private)

    def check(self, url: str, *, may_be_private: bool) -> Outcome:
        """Whether a message could be sent there: the address is complete, and leads nowhere that it may not."""
        return self._run({"url": url, "is_check": True}, may_be_private=may_be_private)

    def _run(self, order: dict[str, object], *, may_be_private: bool) -> Outcome:
        given = json.dumps(order | {"may_be_private": may_be_private})
        try:
            courier = subprocess.Popen(
                [sys.executable, "-E", "-s", "-B", "-W", "ignore", "-m", "paas.alerts.courier"],
                cwd=ROOT,
                env=self._given(may_be_private=may_be_private),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except OSError as error:
            return Outcome(is_sent=False, reason=f"Nothing can be sent from this machine: {error.strerror}.")
        said, was_late = _within(courier, given, self.longest_seconds)
        try:
            return Outcome(**json.loads(said.rpartition("\n")[2]))
        except (ValueError, TypeError):  # it was killed, by us, by its own limits or by the machine's
            late = f"The service was not done within {self.longest_seconds:g} s."
            return Outcome(is_sent=False, reason=late if was_late else "Sending used up what it may of this machine.")

    def _given(self, *, may_be_private: bool) -> dict[str, str]:
        """A proxy resolves names by itself, so it would lead members wherever it can reach."""
        kept = {name: text for name, text in self.environment.items() if may_be_private or name not in PROXIES}
        if "SSL_CERT_FILE" in kept:
            kept["REQUESTS_CA_BUNDLE"] = kept["SSL_CERT_FILE"]
        return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"} | kept


def _within(courier: subprocess.Popen[str], given: str, seconds: float) -> tuple[str, bool]:
    """What it says, and whether it had to be ended. Not by ``communicate(timeout=)``: under eventlet that raises a
    TimeoutExpired which no ``except`` catches, as it is of a second copy of the module."""
    ended = threading.Event()

    def end() -> None:
        ended.set()
        courier.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        said, _ = courier.communicate(given)
    finally:
        timer.cancel()
    return said, ended.is_set()
