"""A vault beside the database, and people of every role."""

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Kind, Wanted
from paas.apps.vault import Vault
from paas.storage.tables import UserRow

REPOSITORY = "https://example.org/shop.git"


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "data")


@pytest.fixture
def session(database):
    """One for the whole test. What opens sessions of its own is called outside ``with database.session()`` instead."""
    with database.session() as session:
        yield session


def person(session, name, role):
    row = UserRow(username=name, username_key=name, password_hash="", role=role.value, created_at=1.0)
    session.add(row)
    session.flush()
    return Actor(row.id, name, role)


@pytest.fixture
def ada(session):
    """An admin."""
    return person(session, "ada", Role.ADMIN)


@pytest.fixture
def bob(session):
    """A member."""
    return person(session, "bob", Role.MEMBER)


@pytest.fixture
def eve(session):
    """Another member."""
    return person(session, "eve", Role.MEMBER)


@pytest.fixture
def shop(session, bob):
    """Bob's app."""
    return catalogue.create(session, bob, wanted())


def wanted(name="shop", **fields):
    return Wanted(**{"name": name, "kind": Kind.GIT, "repository": REPOSITORY} | fields)
