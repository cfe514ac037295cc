"""An app in the database that can be deployed, and what deploys it."""

from contextlib import contextmanager

import pytest

from paas.accounts import users
from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Kind, Wanted
from paas.deployments import requests
from paas.deployments.history import Records
from paas.deployments.news import News
from paas.deployments.waiting_line import WaitingLine
from paas.storage.file_lock import FileLock
from tests.deployments.runs import Runs
from tests.waiting import eventually


@pytest.fixture
def ada(database, cheap_hashing):
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
            return requests.request(session, ada, app, trigger=trigger, **options)

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

    def until(deployment_id, status, deadline_seconds=30):
        eventually(
            lambda: records.load(deployment_id).status == status, deadline_seconds, what=f"{deployment_id} is {status}"
        )
        return records.load(deployment_id)

    return until


@pytest.fixture
def runs(records):
    return Runs(records)


@pytest.fixture
def open_line(database, news, tmp_path, runs):
    """``with open_line() as line:`` takes up what waits until the block ends."""

    @contextmanager
    def open_line(run=runs, **options):
        options = {"lock": FileLock(tmp_path / "running"), "at_once": 2} | options
        line = WaitingLine(database, options.pop("news", news), run, **options)
        line.start()
        try:
            yield line
        finally:
            line.stop()
            runs.is_open.set()
            eventually(lambda: runs.at_once == 0)

    return open_line
