"""People, an app of one of them, for what is watched in it, and services that take notices."""

import contextlib

import pytest

from paas.accounts import users
from paas.accounts.permissions import Actor, Grant, Role
from paas.alerts.destinations import Post
from paas.apps import catalogue
from paas.apps.app import Wanted
from paas.apps.vault import Vault
from tests.alerts.posting import FakeSender
from tests.alerts.receivers import MailServer, Webhook


@pytest.fixture(autouse=True)
def hashing(cheap_hashing):
    """Of all tests in this folder."""


@pytest.fixture
def people(database):
    """Actors by name: ada is an admin, bob made the shop, eve may see it, mallory nothing of it."""
    roles = {"ada": Role.ADMIN, "bob": Role.MEMBER, "eve": Role.MEMBER, "mallory": Role.MEMBER}
    made = {name: users.add(database, name, "correct horse", role=role) for name, role in roles.items()}
    return {name: Actor(user.id, name, user.role) for name, user in made.items()}


@pytest.fixture
def shop(database, people):
    with database.session() as session:
        app = catalogue.create(session, people["bob"], Wanted("shop", repository="https://a.org/b"))
    people["eve"] = Actor(people["eve"].user_id, "eve", Role.MEMBER, grants={app.id: Grant.VIEW})
    return app


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "data")


@pytest.fixture
def webhook():
    with contextlib.closing(Webhook()) as webhook:
        yield webhook


@pytest.fixture
def mail_server():
    with contextlib.closing(MailServer()) as server:
        yield server


@pytest.fixture
def sender():
    sender = FakeSender()
    yield sender
    sender.let_go()


@pytest.fixture
def post(database, vault, sender):
    return Post(database, vault, sender)
