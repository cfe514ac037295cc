"""A client of apps and deployments that knows the contract only, and an engine and a dashboard to deploy with."""

import itertools
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import requests

from tests import images
from tests.dashboard import Dashboard
from tests.end_to_end.answering import Answering
from tests.engines import PrivateEngine
from tests.repositories import Files, Repository
from tests.waiting import eventually

OVER = ("success", "failed", "cancelled", "interrupted")
SECONDS = 120
"""What a deployment of these tests may take at most, on a machine with more to do."""

_numbers = itertools.count(1)


@dataclass
class House:
    """An engine with the base images on it, a dashboard, and a folder of repositories which that may read."""

    engine: PrivateEngine
    dashboard: Dashboard
    session: requests.Session
    repositories: Path

    def ask(self, method: str, path: str, document: Any = None) -> requests.Response:
        # A connection of its own: the dashboard is killed under this client, and the next one listens there.
        return self.session.request(method, f"/api/v1{path}", json=document, headers={"Connection": "close"})

    def say(self, method: str, path: str, document: Any = None) -> Any:
        """``ask`` for what must not be refused."""
        answer = self.ask(method, path, document)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:2000]}"
        return answer.json()

    def app(self, files: Files | None = None, *, name: str = "", **fields: Any) -> "AnApp":
        """A new app, of a repository with these files if it is one of Git."""
        name = name or f"shop-{next(_numbers)}"
        repository = None
        if files is not None:
            repository = Repository(self.repositories / f"{name}.git", files)
            fields = {"repository": str(repository.path), "branch": "main", **fields}
        row = self.say("POST", "/apps", {"name": name, **fields})
        return AnApp(self, row["id"], name, repository)

    def apps(self) -> list[dict[str, Any]]:
        return self.say("GET", "/apps")["apps"]

    def remove_apps_beside(self, kept: Collection[int]) -> None:
        """All but those with these ids, whatever goes on with them: what a failed test has left halfway."""
        for app in self.apps():
            if app["id"] not in kept:
                self._cancel_all(app)
                eventually(lambda app=app: self._is_removed(app), SECONDS, what=f"{app['name']} is removed")

    def _cancel_all(self, app: dict[str, Any]) -> None:
        for deployment in self.say("GET", f"/apps/{app['id']}/deployments")["deployments"]:
            if deployment["status"] not in OVER:
                self.ask("POST", f"/deployments/{deployment['id']}/cancel")

    def _is_removed(self, app: dict[str, Any]) -> bool:
        answer = self.ask("DELETE", f"/apps/{app['id']}", {"name": app["name"], "volumes": True})
        return answer.status_code in (200, 404)

    def containers(self, **labels: object) -> list[Any]:
        """All with these labels (``app=3`` is ``quayside.app=3``), running or not, by name."""
        wanted = [f"quayside.{key.replace('_', '.')}={value}" for key, value in labels.items()]
        for _ in range(10):
            try:
                found = self.engine.client.containers.list(all=True, filters={"label": wanted})
                return sorted(found, key=lambda container: container.name)
            except docker.errors.NotFound:
                continue  # one was removed between the list and the look at it
        raise AssertionError("the containers change all the time")

    def images(self) -> list[tuple[str, dict[str, Any]]]:
        """All that were built here, each behind the id of its app."""
        found = self.engine.client.api.images(filters={"label": "quayside.image"})
        return [(image["Labels"]["quayside.image"].rpartition("/")[2], image) for image in found]


@dataclass
class AnApp:
    """An app under test."""

    house: House
    id: int
    name: str
    repository: Repository | None

    def row(self) -> dict[str, Any]:
        return self.house.say("GET", f"/apps/{self.id}")

    def is_there(self) -> bool:
        return self.house.ask("GET", f"/apps/{self.id}").ok

    def change(self, **fields: Any) -> None:
        self.house.say("PATCH", f"/apps/{self.id}", fields)

    def commit(self, files: Files) -> str:
        assert self.repository is not None
        return self.repository.commit(files)

    def request(self, **wanted: Any) -> "ADeployment":
        row = self.house.say("POST", f"/apps/{self.id}/deployments", wanted)
        return ADeployment(self, row["id"], row["number"])

    def deploy(self, files: Files | None = None, *, status: str = "success", **wanted: Any) -> "ADeployment":
        """Request it and wait for its end, which must be this one."""
        if files is not None:
            self.commit(files)
        deployment = self.request(**wanted)
        deployment.wait(status)
        return deployment

    def container(self, process: str = "web", number: int = 1) -> Any:
        """The one that serves now."""
        return self.house.engine.client.containers.get(f"{self.name}.{process}.{number}")

    def address(self, process: str = "web", number: int = 1) -> tuple[str, int]:
        """Where it answers on its network, whatever its port on the host."""
        networks = self.container(process, number).attrs["NetworkSettings"]["Networks"]
        return networks["quayside"]["IPAddress"], 5000

    def running(self) -> list[str]:
        """The names of its containers that run."""
        return [each.name for each in self.house.containers(app=self.id) if each.status == "running"]

    @contextmanager
    def asked(self, *, by_name: bool = False) -> Iterator[Answering]:
        """Ask the container that serves now, where it is now; or ``by_name`` whichever has the name at that moment."""
        with Answering(self._address_by_name if by_name else self.address()) as asked:
            yield asked

    def _address_by_name(self) -> tuple[str, int]:
        """There is a moment between two renames in which nobody has the name; who asks then asks again."""
        for _ in range(20):
            with suppress(docker.errors.NotFound):
                return self.address()
            time.sleep(0.005)
        return self.address()


@dataclass
class ADeployment:
    """A deployment under test."""

    app: AnApp
    id: int
    number: int

    def record(self) -> dict[str, Any]:
        return self.app.house.say("GET", f"/deployments/{self.id}")

    def log(self) -> str:
        answer = self.app.house.ask("GET", f"/deployments/{self.id}/logs?format=text&tail=all")
        assert answer.ok, answer.text
        return answer.text

    def wait(self, status: str = "success", deadline_seconds: float = SECONDS) -> dict[str, Any]:
        """Until it is over; its record, which must say this status."""
        eventually(lambda: self.record()["status"] in OVER, deadline_seconds, what="the deployment ends")
        record = self.record()
        assert record["status"] == status, f"{record}\n{self.log()[-3000:]}"
        return record

    def until(self, stage: str, deadline_seconds: float = SECONDS) -> None:
        """Until it has entered the stage; AssertionError when it ends in another one."""
        deadline = time.monotonic() + deadline_seconds
        while (record := self.record())["stage"] != stage:
            assert record["status"] not in OVER, f"it never was in {stage}: {record}\n{self.log()[-3000:]}"
            assert time.monotonic() < deadline, f"it is not in {stage}: {record}\n{self.log()[-3000:]}"
            time.sleep(0.005)

    def cancel(self) -> requests.Response:
        return self.app.house.ask("POST", f"/deployments/{self.id}/cancel")

    def rollback(self) -> "ADeployment":
        """Back to this one; the deployment that goes there."""
        row = self.app.house.say("POST", f"/deployments/{self.id}/rollback")
        return ADeployment(self.app, row["id"], row["number"])

    def containers(self) -> list[Any]:
        return self.app.house.containers(deployment=self.id)


@contextmanager
def house(engine: PrivateEngine, folder: Path, **settings: str) -> Iterator[House]:
    """A dashboard of this engine that may read the repositories below ``folder``."""
    repositories = folder / "repositories"
    repositories.mkdir(parents=True)
    images.busybox(engine)
    settings = {
        "PAAS_LOCAL_REPOSITORIES": str(repositories),
        "PAAS_BASE_IMAGES": f"python={images.PYTHON_WITH_PIP},static={images.BUSYBOX}",
        **settings,
    }
    with Dashboard(folder, docker_host=engine.host, **settings) as dashboard, dashboard.api() as session:
        yield House(engine, dashboard, session, repositories)
