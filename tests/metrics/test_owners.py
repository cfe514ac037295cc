"""Whose each container is."""

import threading

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps import adoption
from paas.engine import labels
from paas.engine.containers import Container
from paas.errors import Unavailable
from paas.metrics.owners import Owner, Owners
from tests.waiting import eventually

OWNER = Actor(0, "ada", Role.OWNER)


def container(name, **changes):
    return Container(id=name, name=name, image="app", state="running", status="Up", **changes)


def made(name, *, instance="here", app="7"):
    ours = {labels.INSTANCE: instance, labels.APP: app, labels.PROCESS: "web", labels.NUMBER: "1"}
    return container(name, labels=ours)


@pytest.fixture
def owners(database):
    return Owners(database, "here")


@pytest.fixture
def adopt(database):
    def adopt(container):
        with database.session() as session:
            return adoption.adopt(session, OWNER, container).id

    return adopt


def test_what_we_made_says_whose_it_is(owners):
    assert owners.of([made("a")]) == {"a": Owner(7, "web.1")}


@pytest.mark.parametrize("stranger", [made("a", instance="elsewhere"), made("a", app="x"), container("redis")])
def test_what_is_not_ours_belongs_to_no_app(owners, stranger):
    assert owners.of([stranger]) == {}


def test_what_was_adopted_belongs_to_its_app(owners, adopt):
    redis, web = container("redis"), container("shop-web-2", project="shop", service="web")
    expected = {"redis": Owner(adopt(redis), "redis"), "shop-web-2": Owner(adopt(web), "web.2")}
    assert owners.of([redis, web]) == expected


def test_the_database_is_not_asked_each_time(owners, adopt, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr("paas.metrics.owners.monotonic", lambda: clock[0])
    redis = container("redis")
    assert owners.of([redis]) == {}
    app_id = adopt(redis)
    assert owners.of([redis]) == {}
    clock[0] += 3
    assert owners.of([redis]) == {"redis": Owner(app_id, "redis")}


def test_a_database_that_hangs_is_not_waited_for(owners, adopt, database, monkeypatch):
    monkeypatch.setattr("paas.metrics.owners.KEPT_SECONDS", 0)
    redis = container("redis")
    expected = {"redis": Owner(adopt(redis), "redis")}
    assert owners.of([redis]) == expected
    released, asked = threading.Event(), []

    def hang():
        asked.append(1)
        released.wait(30)
        raise Unavailable("The database does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(database, "session", hang)
        patch.setattr("paas.metrics.owners.PATIENCE_SECONDS", 0.01)
        assert [owners.of([redis]) for _ in range(3)] == [expected] * 3
        assert asked == [1]
        released.set()
        eventually(lambda: not owners._question.is_alive)
    other = container("other")
    expected |= {"other": Owner(adopt(other), "other")}
    assert owners.of([redis, other]) == expected


def test_what_was_known_stays_while_the_database_does_not_answer(owners, adopt, database, monkeypatch, caplog):
    clock = [100.0]
    monkeypatch.setattr("paas.metrics.owners.monotonic", lambda: clock[0])
    redis = container("redis")
    expected = {"redis": Owner(adopt(redis), "redis")}
    assert owners.of([redis]) == expected

    def away():
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(database, "session", away)
    clock[0] += 3
    assert owners.of([redis]) == expected
    assert "The database does not answer" in caplog.text
