"""The pipeline on a real engine, walked in the test's own thread: no dashboard, no waiting line."""

import itertools
from collections.abc import Callable
from pathlib import Path

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import App, Kind, Wanted
from paas.apps.masking import Masks
from paas.apps.vault import Vault
from paas.deployments import claims, requests
from paas.deployments.history import Deployment, Records
from paas.deployments.journal.journal import Journals
from paas.deployments.news import News
from paas.deployments.pipeline import pipeline
from paas.deployments.pipeline.run import Means
from paas.engine import labels
from paas.engine.engine import Engine
from paas.engine.workload import Workload
from paas.engine.workloads import Workloads
from paas.settings import Settings
from paas.storage.database import Database
from paas.storage.tables import UserRow
from tests.engines import PrivateEngine
from tests.repositories import Files, Repository

ADA = Actor(1, "ada", Role.OWNER)
TOUCHING = ("create", "start", "signal", "kill", "remove", "rename", "set_restart_policy")

_numbers = itertools.count(1)


class Yard:
    """A data folder, a database and an engine, as a dashboard has them."""

    def __init__(self, engine: PrivateEngine, folder: Path, **settings: object) -> None:
        self.private_engine = engine
        self.repositories = folder / "repositories"
        self.repositories.mkdir()
        self._repository: dict[str, Repository] = {}
        settings = {"local_repositories": self.repositories, **settings}
        self.settings = Settings(data_dir=folder / "data", docker_host=engine.host, **settings)
        database = Database(f"sqlite:///{folder}/data/quayside.db")
        database.migrate()
        with database.session() as session:
            session.add(UserRow(username="ada", username_key="ada", password_hash="", role="owner", created_at=1.0))
        self.instance = f"{next(_numbers):08x}" * 2
        engine_as_ours = Engine(self.settings, self.instance)
        vault = Vault(self.settings.data_dir)
        self.means = Means(
            self.settings,
            database,
            engine_as_ours,
            vault,
            Masks(database, vault),
            Records(database, News()),
            Journals(folder / "data" / "deployments"),
        )

    @property
    def workloads(self) -> Workloads:
        return self.means.engine.workloads

    def close(self) -> None:
        for workload in Workloads(self.means.engine.workloads._client, self.instance).find():
            self.private_engine.client.api.remove_container(workload.id, force=True, v=True)
        self.means.database.close()

    def app(self, files: Files | None = None, *, name: str = "shop", **fields: object) -> App:
        """A new app, of a repository with these files or of an image."""
        if files is not None:
            repository = self._repository[name] = Repository(self.repositories / f"{name}.git", files)
            fields = {"kind": Kind.GIT, "repository": str(repository.path), "branch": "main", **fields}
        with self.means.database.session() as session:
            return catalogue.insert(session, ADA, Wanted(name=name, **fields))

    def commit(self, app: App, files: Files) -> None:
        self._repository[app.name].commit(files)

    def change(self, app: App, **changes: object) -> App:
        with self.means.database.session() as session:
            return catalogue.change(session, ADA, app, **changes)

    def request(self, app: App, **options: object) -> Deployment:
        with self.means.database.session() as session:
            made = requests.request(session, ADA, app, **{"trigger": "page", **options})
            assert claims.claim(session, made.id, app.id)
        return made

    def deploy(self, app: App, *, status: str = "success", **options: object) -> Deployment:
        """Request it and walk it to its end, which must be this one."""
        made = self.request(app, **options)
        pipeline.run(self.means, made.id)
        ended = self.load(made)
        assert ended.status == status, f"{ended}\n{self.log(ended)}"
        return ended

    def load(self, deployment: Deployment) -> Deployment:
        return self.means.records.load(deployment.id)

    def reloaded(self, app: App) -> App:
        with self.means.database.session() as session:
            return catalogue.load(session, app.id)

    def current(self, app: App) -> int | None:
        return self.reloaded(app).current_id

    def log(self, deployment: Deployment) -> str:
        pages = self.means.journals.file(deployment.id).lines(0)
        return "\n".join(line.text for lines in pages for line in lines)

    def containers(self, app: App) -> dict[str, Workload]:
        """By name, of all the app's deployments."""
        return {each.name: each for each in self.workloads.find({labels.APP: str(app.id)})}

    def running(self, app: App) -> list[str]:
        return [name for name, each in self.containers(app).items() if each.is_running]


class Faulty(Workloads):
    """The real thing, until the call of this number that changes something on the engine: that one is done, and
    raises."""

    def __init__(self, workloads: Workloads, error: BaseException, *, at: int) -> None:
        super().__init__(workloads._client, workloads.instance)
        self._error, self._left = error, at
        self.has_raised = False
        for name in TOUCHING:
            setattr(self, name, self._counted(getattr(super(), name)))

    def _counted(self, method: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **kwargs: object) -> object:
            value = method(*args, **kwargs)
            self._left -= 1
            if self._left == 0:
                self.has_raised = True
                raise self._error
            return value

        return counted
