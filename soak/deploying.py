"""Apps that are deployed over and over: some succeed, some fail, some are cancelled at any moment."""

import random
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import docker
import requests

from soak.chronicle import Chronicle
from tests.end_to_end import samples
from tests.end_to_end.answering import ask
from tests.end_to_end.deploying import OVER, AnApp, House
from tests.repositories import Files

T = TypeVar("T")

STUCK_SECONDS = 240.0
"""A deployment takes some seconds, and waits at most for an engine that comes back."""
OUTCOMES = ("success", "success", "success", "failed build", "failed check", "cancelled build", "cancelled")

_RUN = """\
trap 'exit 0' TERM
httpd -p 5000 -h /www
number=$(date +%s)000000
while :; do
  [ -e /quiet ] || { echo "$number $HOSTNAME $(cat /www/index.html)"; number=$((number + 1)); }
  sleep 0.2 & wait $!
done
"""
_ABSENT = {**samples.UP, "path": "/absent", "attempts": 2}


@dataclass(frozen=True)
class Ended:
    """One deployment, from its request to its end by the clock of the chronicle."""

    app: str
    number: int
    wanted: str
    status: str
    reason: str
    began: float
    ended: float


def files(version: str, wanted: str) -> Files:
    step = {"failed build": ["RUN false"], "cancelled build": ["RUN sleep 60"]}.get(wanted, [])
    lines = [f"FROM {samples.images.BUSYBOX}", "COPY www /www", "COPY run.sh /run.sh", *step, 'CMD ["sh", "/run.sh"]']
    return {
        "Dockerfile": "\n".join([*lines, ""]),
        "run.sh": _RUN,
        "www/index.html": f"{version}\n",
        "app.json": samples.app_json(web=[_ABSENT if wanted == "failed check" else samples.UP]),
    }


def patiently(act: Callable[[], T], ended: threading.Event, seconds: float = 120) -> T:
    """Again and again while the dashboard is away or busy; the last failure when that takes too long or all is over."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return act()
        except (requests.RequestException, AssertionError):
            if ended.wait(0.5) or time.monotonic() > deadline:
                raise


class Deploying:
    """One app and the loop that deploys it."""

    def __init__(self, house: House, name: str, chronicle: Chronicle, dice: random.Random) -> None:
        self.app: AnApp = house.app(files(f"{name} v0", "success"), name=name)
        self.ended: list[Ended] = []
        self.failures: list[str] = []
        self._versions: dict[int, str] = {}
        self._house, self._chronicle, self._dice = house, chronicle, dice
        self._is_over, self._hurry = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Let the one under way end, and deploy once more, which must succeed."""
        self._hurry.set()
        self._thread.join(2 * STUCK_SECONDS)
        if self._thread.is_alive():
            self.failures.append(f"{self.app.name}: the loop of deployments does not end")
            return
        if (last := self._deploy("success")) is not None and last.status != "success":
            said = f"the last deployment, {last.number}, ended as {last.status}: {last.reason}"
            self.failures.append(f"{self.app.name}: {said}")

    def container(self) -> str | None:
        """The short id of the one that serves."""
        with suppress(docker.errors.NotFound):
            return self.app.container().id[:12]
        return None

    def serves(self) -> str:
        """What is wrong with what it serves, by its record; empty when nothing is."""
        current = self.app.row()["deployment"]
        if self.container() is None:
            return f"{self.app.name}: no container has its name"
        answer = ask(self.app.address)
        wanted = self._versions.get(current, "never requested")
        running = self.app.running()
        if answer.text != wanted or running != [f"{self.app.name}.web.1"]:
            said = f"answers {answer.text or answer.failure!r}, its record says {wanted!r}"
            return f"{self.app.name}: {said}, running {running}"
        return ""

    def under_way(self) -> list[str]:
        rows = self._house.say("GET", f"/apps/{self.app.id}/deployments?limit=200")["deployments"]
        return [f"{self.app.name} {row['number']} is {row['status']}" for row in rows if row["status"] not in OVER]

    def hush(self) -> None:
        for container in self._house.containers(app=self.app.id):
            if container.status == "running":
                container.exec_run(["touch", "/quiet"])

    def _run(self) -> None:
        try:
            while not self._hurry.wait(self._dice.uniform(0.5, 4)):
                self._deploy(self._dice.choice(OUTCOMES))
        except Exception as error:  # noqa: BLE001 - whatever ends the loop is a row of the table
            self.failures.append(f"{self.app.name}: the loop of deployments broke: {error!r}")

    def _deploy(self, wanted: str) -> Ended | None:
        version = f"{self.app.name} v{len(self.ended) + 1}"
        self.app.commit(files(version, wanted))
        began = self._chronicle.now
        row = self._request()
        self._versions[row["id"]] = version
        if wanted.startswith("cancelled"):
            self._hurry.wait(self._dice.uniform(0, 4))
            patiently(lambda: self._house.ask("POST", f"/deployments/{row['id']}/cancel"), self._is_over)
        status, reason = self._end_of(row["id"])
        ended = Ended(self.app.name, row["number"], wanted, status, reason, began, self._chronicle.now)
        said = f"{self.app.name} {ended.number}, requested at {began:.1f} s: {wanted} wanted, {status} {reason}"
        self._chronicle.say(said, aloud=False)
        self.ended.append(ended)
        return ended

    def _request(self) -> dict[str, Any]:
        """Sent again under one key until it is answered, it is one deployment."""
        headers = {"Idempotency-Key": uuid.uuid4().hex, "Connection": "close"}
        path = f"/api/v1/apps/{self.app.id}/deployments"

        def request() -> dict[str, Any]:
            answer = self._house.session.request("POST", path, json={}, headers=headers)
            assert answer.ok, answer.text
            return answer.json()

        return patiently(request, self._is_over)

    def _end_of(self, deployment: int) -> tuple[str, str]:
        """Its status, and what it says about a failure."""
        deadline = time.monotonic() + STUCK_SECONDS
        while True:
            record = patiently(lambda: self._house.say("GET", f"/deployments/{deployment}"), self._is_over)
            if record["status"] in OVER:
                return record["status"], record["error_message"] or ""
            if time.monotonic() > deadline:
                self.failures.append(f"{self.app.name}: deployment {record['number']} is stuck in {record['stage']}")
                return "stuck", record["stage"]
            self._is_over.wait(0.3)


def is_as_wanted(ended: Ended) -> bool:
    """One that was cancelled late may have ended before that."""
    good = {
        "success": ("success",),
        "failed build": ("failed",),
        "failed check": ("failed",),
        "cancelled build": ("cancelled",),
        "cancelled": ("cancelled", "success"),
    }
    return ended.status in good[ended.wanted]
