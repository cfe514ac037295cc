"""What a deployment costs beside the same steps done with the ``docker`` command, and how soon its log is on screen."""

import itertools
import json
import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bench.numbers import median, percentile
from bench.pages import watched_page
from bench.registry import Figure, measure
from bench.stage import Stage
from tests import images
from tests.dashboard import PASSWORD, USERNAME, Dashboard
from tests.git_server import GitServer
from tests.repositories import Repository

DEPLOYMENTS = 9
LINES, RATE = 300, 50
LAYERS = 6
CANCELS = 7
WORKERS = 8
"""So many take two seconds to start, which is how long that stage can be held."""

LOOK_SECONDS, HELD_SECONDS = 0.01, 0.5
DEADLINE_SECONDS = 120

PACED = f"""
import time
start = time.monotonic()
for number in range({LINES}):
    time.sleep(max(0, start + number / {RATE} - time.monotonic()))
    print(number, time.time_ns(), flush=True)
"""
SLEEPS = ["python3", "-ISc", "import time; time.sleep(3600)"]
NO_CHECK = json.dumps({"healthchecks": {"web": [{"type": "startup", "name": "none", "uptime": 0}]}})


@dataclass(frozen=True)
class House:
    """A dashboard, and the folder of repositories that it may read."""

    dashboard: Dashboard
    cookies: list[dict[str, Any]]
    token: str
    repositories: Path

    def app(self, name: str, files: dict[str, str]) -> Repository:
        repository = Repository(self.repositories / f"{name}.git")
        repository.commit(files)
        self.ask("POST", "/apps", name=name, kind="git", repository=repository.address, branch=repository.branch)
        return repository

    def request(self, name: str, **wanted: Any) -> dict[str, Any]:
        return self.ask("POST", f"/apps/{name}/deployments", **wanted).json()

    def deploy(self, name: str, **wanted: Any) -> dict[str, Any]:
        """To its end; its record."""
        deployment = self.ask("POST", f"/apps/{name}/deployments?wait=1", **wanted).json()
        assert deployment["status"] == "success", deployment["error_message"]
        return deployment

    def log(self, deployment: dict[str, Any]) -> str:
        return self.ask("GET", f"/deployments/{deployment['id']}/logs?format=text&tail=all").text

    def ask(self, method: str, path: str, **document: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.dashboard.address}/api/v1{path}"
        answer = requests.request(method, url, json=document or None, headers=headers, timeout=DEADLINE_SECONDS)
        assert answer.ok, answer.text
        return answer


@contextmanager
def house(stage: Stage) -> Iterator[House]:
    folder = stage.new_folder()
    repositories = folder / "repositories"
    repositories.mkdir(parents=True)
    settings = {"PAAS_LOCAL_REPOSITORIES": str(repositories)}
    with Dashboard(folder, docker_host=stage.engine.host, **settings) as dashboard, dashboard.http() as session:
        cookies = [{"name": one.name, "value": one.value, "url": dashboard.address} for one in session.cookies]
        credentials = {"username": USERNAME, "password": PASSWORD}
        token = requests.post(f"{dashboard.address}/api/v1/login", json=credentials, timeout=30).json()["access_token"]
        yield House(dashboard, cookies, token, repositories)


@measure("build-lines", "a build line written to the line in the deployment's page")
def build_lines(stage: Stage) -> list[Figure]:
    image = images.python(stage.engine)
    files = {"Dockerfile": f'FROM {image}\nCOPY paced.py .\nRUN ["python3", "-IS", "paced.py"]\n', "paced.py": PACED}
    with house(stage) as place:
        place.app("paced", files)
        asked = place.request("paced")
        url = f"{place.dashboard.address}/apps/paced/deployments/{asked['number']}"
        with watched_page(stage.browser, url, place.cookies) as page:
            page.wait_for(LINES - 1, DEADLINE_SECONDS)
            seen = page.seen()
    floor = _built_by_command(stage, files)
    figures = []
    for percent, target in ((50, "<= 100"), (95, "")):
        values = percentile(seen.latencies, percent), None, percentile(floor, percent)
        note = f"n = {len(seen.latencies)} of {LINES}; the floor is docker build's own output, without a page"
        figures.append(Figure(f"build line to page at {RATE}/s, p{percent}", "ms", *values, target=target, note=note))
    wrong = seen.repeated + LINES - seen.shown - seen.skipped
    return [*figures, Figure("build lines lost or twice", "lines", wrong, target="= 0")]


def _built_by_command(stage: Stage, files: dict[str, str]) -> list[float]:
    """Latencies in ms of the lines that ``docker build`` prints."""
    folder = stage.new_folder()
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    latencies = []
    with subprocess.Popen(
        _docker(stage, "build", "--no-cache", str(folder)), stdout=subprocess.PIPE, env=_CLASSIC
    ) as run:
        for line in run.stdout:
            number, _, written = line.decode().strip().partition(" ")
            if number.isdigit() and written.isdigit():
                latencies.append((time.time_ns() - int(written)) / 1e6)
    return latencies


@measure("deploy", "a deployment of an image that is there, beside the docker command's steps")
def deploy(stage: Stage) -> list[Figure]:
    image = images.python(stage.engine)
    rounds = max(2, int(stage.seconds(DEPLOYMENTS)))
    with house(stage) as place:
        place.app("quick", {"Dockerfile": f"FROM {image}\nCMD {json.dumps(SLEEPS)}\n", "app.json": NO_CHECK})
        first = place.deploy("quick")
        ours, commands = [], []
        with _swap_by_command(stage, image) as swap:
            for _ in range(rounds):  # one after the other, so that both meet the same machine
                ours.append(_seconds(lambda: place.deploy("quick", reuses=first["number"])))
                commands.append(_seconds(swap))
    note = f"median of {rounds}: {median(ours):.2f} s and {median(commands):.2f} s ({', '.join(STEPS)})"
    ratio = median(ours) / median(commands)
    return [Figure("deployment of an image that is there, times docker's", "", ratio, target="<= 1.5", note=note)]


def _seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


STEPS = ("tag", "create", "start", "inspect", "update", "rename", "rename", "update", "stop")


@contextmanager
def _swap_by_command(stage: Stage, image: str) -> Iterator[Callable[[], None]]:
    """What a careful person would type for each swap, on the network that the dashboard has made."""
    numbers, serving = itertools.count(1), "bench-swap"
    made = [f"{serving}.d0"]
    _run(stage, "run", "--detach", "--init", "--network", "quayside", "--name", serving, image, *SLEEPS)

    def swap() -> None:
        new, old = f"{serving}.d{next(numbers)}", made[-1]
        _run(stage, "tag", image, f"{serving}:{len(made)}")
        _run(stage, "create", "--init", "--network", "quayside", "--name", new, image, *SLEEPS)
        _run(stage, "start", new)
        _run(stage, "inspect", new)
        _run(stage, "update", "--restart", "on-failure:10", new)
        _run(stage, "rename", serving, old)
        _run(stage, "rename", new, serving)
        _run(stage, "update", "--restart", "no", old)
        _run(stage, "stop", "--time", "30", old)
        made.append(new)

    try:
        yield swap
    finally:
        _run(stage, "rm", "--force", serving, *made[:-1])
        _run(stage, "rmi", *(f"{serving}:{number}" for number in range(1, len(made))))


@measure("cancel", "from the request of a cancel to the end of the deployment's record, in three stages")
def cancel(stage: Stage) -> list[Figure]:
    image = images.python(stage.engine)
    files = {"Dockerfile": f"FROM {image}\nCMD {json.dumps(SLEEPS)}\n", "app.json": NO_CHECK}
    slow = {**files, "Dockerfile": f"FROM {image}\nRUN {json.dumps(SLEEPS)}\n"}
    many = {**files, "Procfile": f"web: {shlex.join(SLEEPS)}\nworker: {shlex.join(SLEEPS)}\n"}
    rounds = max(2, int(stage.seconds(CANCELS)))
    figures = []
    with house(stage) as place:
        for held_in, held in (("cloning_repo", files), ("building_image", slow), ("starting_new", many)):
            with _held(place, held_in, files, held) as name:
                seconds = [_cancelled(place, name, held_in) for _ in range(rounds)]
            for word, value in (("p50", median(seconds)), ("most", max(seconds))):
                what = f"cancel in {held_in} to its end, {word}"
                figures.append(Figure(what, "s", value, target="<= 2", note=f"n = {rounds}"))
    return figures


@contextmanager
def _held(place: House, held_in: str, files: dict[str, str], held: dict[str, str]) -> Iterator[str]:
    """An app that serves, and whose next deployments stay long in this stage: its name."""
    name = held_in.replace("_", "-")
    repository = place.app(name, files)
    place.deploy(name)
    repository.commit(held)
    if held_in == "starting_new":
        place.ask("PATCH", f"/apps/{name}", scale={"worker": WORKERS})
    if held_in != "cloning_repo":
        yield name
        return
    with GitServer(place.repositories) as server:
        place.ask("PATCH", f"/apps/{name}", repository=server.address_of(repository.path.name))
        server.hold()
        yield name


def _cancelled(place: House, name: str, held_in: str) -> float:
    """Seconds that the cancel took."""
    asked = f"/deployments/{place.request(name)['id']}"
    while place.ask("GET", asked).json()["stage"] != held_in:
        time.sleep(LOOK_SECONDS)
    time.sleep(HELD_SECONDS)
    began = time.monotonic()
    place.ask("POST", f"{asked}/cancel")
    while place.ask("GET", asked).json()["status"] != "cancelled":
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - began


@measure("cached", "cached layers of a second deployment in which nothing has changed")
def cached(stage: Stage) -> list[Figure]:
    image = images.python(stage.engine)
    steps = "".join(f'RUN ["python3", "-ISc", "print({number})"]\n' for number in range(LAYERS))
    with house(stage) as place:
        place.app("cached", {"Dockerfile": f"FROM {image}\n{steps}CMD {json.dumps(SLEEPS)}\n", "app.json": NO_CHECK})
        place.deploy("cached")
        again = place.log(place.deploy("cached"))
    assert again.count("Using cache") > LAYERS, again
    return [Figure("layers built anew in a second deployment", "layers", again.count("Running in"), target="= 0")]


_CLASSIC = {**os.environ, "DOCKER_BUILDKIT": "0"}


def _docker(stage: Stage, *words: str) -> list[str]:
    return ["docker", "--host", stage.engine.host, *words]


def _run(stage: Stage, *words: str) -> None:
    subprocess.run(_docker(stage, *words), check=True, capture_output=True, env=_CLASSIC)
