"""A database of the newest schema for each test, once of each kind, and hashing that costs nothing."""

import pytest
from argon2 import PasswordHasher

from paas.accounts import passwords
from paas.storage.database import Database


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def database(database_url):
    database = Database(database_url)
    database.migrate()
    yield database
    database.close()
