"""Apps that write numbered lines, and what their engine holds of them: that is what a log has to say."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from paas.engine import labels
from paas.storage.database import Database
from paas.storage.instance import instance_id
from tests import images, writers
from tests.end_to_end.accounts import Account, Shown
from tests.end_to_end.deploying import AnApp
from tests.end_to_end.writing import create_container, remove_container
from tests.repositories import Content

AT_ONCE = {"type": "startup", "name": "is there", "uptime": 0}


def writing_app(*, count: int, rate: int, version: int = 1) -> dict[str, Content]:
    """A repository whose processes, ``web`` and ``worker``, each write so many numbered lines and then stay."""
    _, _, source, *arguments = writers.numbered(count=count, rate=rate, stays=True)
    command = " ".join(["python3", "-IS", "/writer.py", *arguments])
    return {
        "Dockerfile": f"FROM {images.PYTHON}\nCOPY writer.py version /\n",
        "Procfile": f"web: {command}\nworker: {command}\n",
        "app.json": json.dumps({"healthchecks": {"web": [AT_ONCE], "worker": [AT_ONCE]}}),
        "version": f"{version}\n",
        "writer.py": source,
    }


@contextmanager
def hand_made(app: AnApp) -> Iterator["HandMade"]:
    """Containers of an app as a deployment makes them, but made by the test; removed afterwards."""
    database = Database(f"sqlite:///{app.house.dashboard.folder}/data/quayside.db")
    with database.session() as session:
        made = HandMade(app, instance_id(session))
    database.close()
    try:
        yield made
    finally:
        for container in made.containers:
            remove_container(container)


class HandMade:
    """``make("web.1", command)`` -> a container that waits to be started."""

    def __init__(self, app: AnApp, instance: str) -> None:
        self.containers: list[Any] = []
        self._app, self._instance = app, instance

    def make(self, process: str, command: list[str], *, deployment: int = 1, **options: Any) -> Any:
        engine, (name, _, number) = self._app.house.engine, process.partition(".")
        worn = {
            labels.INSTANCE: self._instance,
            labels.APP: str(self._app.id),
            labels.APP_NAME: self._app.name,
            labels.PROCESS: name,
            labels.NUMBER: number,
            labels.DEPLOYMENT: str(deployment),
            labels.DEPLOYMENT_NUMBER: str(deployment),
            labels.ROLE: "process",
        }
        called = f"{self._app.name}.{process}"
        container = create_container(engine, images.python(engine), command, name=called, labels=worn, **options)
        self.containers.append(container)
        return container


def written(container: Any) -> list[str]:
    """The lines that the engine holds of a container, in its order."""
    return container.logs().decode().splitlines()


def have_written(containers: Iterable[Any], count: int, *, runs: int = 1) -> bool:
    """Whether each has come to the last line of so many runs."""
    numbers = [[writers.read_numbered(line).number for line in written(each)] for each in containers]
    return all(each.count(0) == runs and each[-1] == count - 1 for each in numbers)


def assert_is_log_of(account: Account, containers: Iterable[Any]) -> None:
    """Of each container every line at most once, in its order and under its process; shown + skipped = written."""
    total = 0
    for container in containers:
        lines, shown = written(container), rows_of(account, container)
        total += len(lines)
        remaining = iter(lines)
        strange = [row.text for row in shown if row.text not in remaining]
        assert not strange, f"{container.name}: twice, out of order or never written: {strange[:3]}; {account.says()}"
        assert {row.process for row in shown} <= {process_of(container)}, container.name
    assert account.shown + account.skipped == total, f"{total} were written; {account.says()}"


def rows_of(account: Account, container: Any) -> list[Shown]:
    """What was shown of one container: a line's position begins with its container's id."""
    return [row for row in account.rows if row.position.startswith(container.id[:12])]


def process_of(container: Any) -> str:
    return f"{container.labels[labels.PROCESS]}.{container.labels[labels.NUMBER]}"
