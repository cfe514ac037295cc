"""The web application over a real database and an engine that only says how it is."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from jinja2 import FileSystemBytecodeCache

from paas.accounts import users
from paas.accounts.permissions import Role
from paas.alerts.destinations import Post
from paas.alerts.notifying import Notifier
from paas.apps.masking import Masks
from paas.apps.vault import Vault
from paas.concurrency.turns import Turns
from paas.deployments.journal.journal import Journals
from paas.deployments.news import News
from paas.engine.inventory import Health
from paas.errors import NotFound
from paas.logs.hub import Hub
from paas.metrics.history import History
from paas.metrics.recent import Recent
from paas.metrics.snapshot import Snapshot
from paas.settings import Settings
from paas.storage.database import Database
from paas.web import attempts
from paas.web.factory import create_app
from tests.alerts.posting import FakeSender

PASSWORD = "correct horse"
CSRF = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@dataclass
class QuietInventory:
    """No container; ``health`` is what a test sets."""

    health: Health = field(default_factory=lambda: Health(ok=True))
    caught_up: int = 0

    def first_health(self) -> Health:
        return self.health

    def catch_up(self, *, limit_seconds: float) -> None:
        self.caught_up += 1

    def all(self) -> tuple[()]:
        return ()

    def find(self, name: str) -> Any:
        raise NotFound(f"There is no container {name}.")


@dataclass
class QuietWorkloads:
    """Nothing was made here."""

    instance: str = "here"

    def find(self, labels: Any) -> list[Any]:
        return []

    def rows(self, labels: Any) -> list[Any]:
        return []

    def volumes(self, labels: Any) -> list[str]:
        return []


class QuietImages:
    def tags(self, repository: str) -> list[str]:
        return []

    def unnamed(self, labels: Any) -> list[str]:
        return []


@dataclass
class QuietEngine:
    inventory: QuietInventory = field(default_factory=QuietInventory)
    workloads: QuietWorkloads = field(default_factory=QuietWorkloads)
    images: QuietImages = field(default_factory=QuietImages)
    containers: None = None
    turns: Turns = field(default_factory=Turns)

    @property
    def health(self) -> Health:
        return self.inventory.health


@dataclass
class QuietLine:
    """Takes nothing up: what is requested waits."""

    woken: int = 0

    def wake(self) -> None:
        self.woken += 1


@dataclass
class QuietSampler:
    """Nothing is read; ``last`` is what a test sets."""

    last: Snapshot | None = None
    lookers: int = 0

    def look(self) -> Callable[[], None]:
        self.lookers += 1
        return self._leave

    def listen(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        return lambda: None

    def _leave(self) -> None:
        self.lookers -= 1


@dataclass
class QuietServices:
    """What ``paas.wiring.Services`` has, as far as these pages use it."""

    settings: Settings
    database: Database
    vault: Vault
    masks: Masks
    journals: Journals
    news: News = field(default_factory=News)
    line: QuietLine = field(default_factory=QuietLine)
    secret_key: str = "a secret key for tests, long enough to sign with"
    older_keys: tuple[str, ...] = ()
    engine: QuietEngine = field(default_factory=QuietEngine)
    hub: Any = None
    notifier: Any = None
    sampler: QuietSampler = field(default_factory=QuietSampler)
    history: Any = None

    def __post_init__(self) -> None:
        self.recent = Recent(self.database)


@pytest.fixture(autouse=True)
def hashing(cheap_hashing):
    """That costs nothing, in all tests of this folder."""


@pytest.fixture(autouse=True)
def refusals_at_once(monkeypatch):
    """Of attempts to sign in; a test asks whether they are held back."""
    monkeypatch.setattr(attempts, "REFUSAL_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch):
    """They have tests of their own, and attaching them starts threads that would outlive each of these."""
    monkeypatch.setattr("paas.web.factory.attach", lambda app: None)


@pytest.fixture
def settings(tmp_path, newest_schema):
    shutil.copy(newest_schema, tmp_path)
    return Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/quayside.db")


@pytest.fixture
def services(settings):
    database = Database(settings.database_url)
    vault = Vault(settings.data_dir)
    services = QuietServices(
        settings, database, vault, Masks(database, vault), Journals(settings.data_dir / "deployments")
    )
    services.history = History(database)
    services.notifier = Notifier(Post(database, vault, FakeSender()))
    services.hub = Hub(services.engine, masks=services.masks)
    yield services
    database.close()


@pytest.fixture
def database(services):
    return services.database


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory):
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(services, compiled_templates):
    app = create_app(services)
    app.jinja_env.bytecode_cache = compiled_templates
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def add(database):
    """``add("ada", role="admin")`` -> the user, whose password is PASSWORD."""

    def add(username="ada", role="admin"):
        return users.add(database, username, PASSWORD, role=Role(role))

    return add


@pytest.fixture
def ada(add):
    return add()


@pytest.fixture
def csrf(client):
    """``csrf()`` -> the token of this browser, read from a form as a browser would."""

    def csrf(path="/login"):
        found = CSRF.search(client.get(path).text)
        assert found, f"no csrf_token at {path}"
        return found[1]

    return csrf


@pytest.fixture
def sign_in(client, csrf):
    """``sign_in()`` posts the form; ``sign_in(password="wrong")`` likewise."""

    def sign_in(username="ada", password=PASSWORD, **form):
        form = {"username": username, "password": password, "csrf_token": csrf()} | form
        return client.post("/login", data=form)

    return sign_in


@pytest.fixture
def signed_in(client, ada, sign_in):
    """A browser in which ada, an admin, is signed in."""
    assert sign_in().status_code == 303
    return client
