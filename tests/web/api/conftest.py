"""People, an app of one of them, and its deployments, for what REST says of them."""

import pytest

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Kind, Wanted
from paas.deployments.history import Records
from paas.deployments.release import Release
from paas.deployments.stages import Stage

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def people(add):
    return {name: add(name, role) for name, role in (("ada", "admin"), ("bob", "member"), ("eve", "member"))}


@pytest.fixture
def api(app, people):
    """``api("bob")`` -> ``call(method, address, ...)`` as bob."""
    tokens = {}

    def api(who):
        if who not in tokens:
            body = {"username": who, "password": "correct horse"}
            tokens[who] = app.test_client().post("/api/v1/login", json=body).json["access_token"]

        def call(method, address, *, more_headers=None, **more):
            headers = {"Authorization": f"Bearer {tokens[who]}"} | (more_headers or {})
            return app.test_client().open(address, method=method, headers=headers, **more)

        return call

    return api


@pytest.fixture
def bob(api):
    return api("bob")


@pytest.fixture
def shop(database, people):
    """Of bob, a member."""
    wanted = Wanted("shop", Kind.GIT, "https://git.example.org/shop.git", "main", published_port=4_000)
    actor = Actor(people["bob"].id, "bob", Role.MEMBER)
    with database.session() as session:
        return catalogue.create(session, actor, wanted)


@pytest.fixture
def records(services):
    return Records(services.database, services.news)


@pytest.fixture
def succeed(records, services, database, shop):
    """``succeed(id)`` ends it well, with a release that can be taken again."""

    def succeed(deployment_id, **release):
        kept = Release(
            **{"image_id": "sha256:1", "processes": {"web": ""}, "scale": {"web": 1}, "port": 5_000} | release
        )
        records.note(deployment_id, commit_sha=COMMIT, image_id=kept.image_id, sealed_release=kept.seal(services.vault))
        records.enter(deployment_id, Stage.STARTING)
        records.enter(deployment_id, Stage.COMPLETED)
        with database.session() as session:
            catalogue.set_current(session, shop.id, deployment_id)

    return succeed
