"""An empty database of each kind, and an app in it that can be deployed."""

import time

import pytest
from argon2 import PasswordHasher

from paas.accounts import passwords, users
from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Kind, Wanted
from paas.deployments import waiting_line
from paas.deployments.history import Records
from paas.deployments.news import News
from paas.storage.database import Database
from tests.waiting import eventually


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    database.migrate()
    yield database
    database.close()


@pytest.fixture
def ada(database):
    user = users.add(database, "ada", "correct horse", role=Role.ADMIN)
    return Actor(user.id, user.username, user.role)


@pytest.fixture
def create(database, ada):
    """``create("shop")`` -> an app of a repository; ``create("shop", kind=Kind.IMAGE, image="nginx")`` of an image."""

    def create(name, **wanted):
        wanted = wanted or {"repository": "https://git.example.org/shop.git", "branch": "main"}
        with database.session() as session:
            return catalogue.insert(session, ada, Wanted(name=name, **({"kind": Kind.GIT} | wanted)))

    return create


@pytest.fixture
def shop(create):
    return create("shop")


@pytest.fixture
def request_(database, ada):
    """``request_(app)`` -> a deployment that waits in line."""

    def request_(app, trigger="page", **options):
        with database.session() as session:
            return waiting_line.request(session, ada, app, trigger=trigger, **options)

    return request_


@pytest.fixture
def news():
    return News()


@pytest.fixture
def records(database, news):
    return Records(database, news)


@pytest.fixture
def until(records):
    """``until(id, "failed")`` waits until the deployment has this status; the deployment."""

    def until(deployment_id, status, deadline_seconds=10):
        eventually(
            lambda: records.load(deployment_id).status == status, deadline_seconds, what=f"{deployment_id} is {status}"
        )
        return records.load(deployment_id)

    return until


@pytest.fixture
def moment():
    return time.time()
