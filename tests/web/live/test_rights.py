"""The table of permissions, asked at every namespace of Socket.IO and for every watch, with each role and grant."""

import pytest
import socketio

from paas.accounts import grants
from paas.accounts.permissions import Actor, Grant, Role, may
from paas.apps import catalogue
from paas.storage.file_lock import FileLock
from tests.dashboard import Dashboard
from tests.listeners import Listener
from tests.waiting import eventually
from tests.web.live.deployed import Deployed
from tests.web.live.engine import FakeDocker
from tests.web.rights import NAMESPACES, SIGNED_IN, WATCHES

PASSWORD = "correct horse battery staple"
PEOPLE = {
    "ada": (Role.OWNER, None), "bob": (Role.ADMIN, None), "eve": (Role.MEMBER, None), "mia": (Role.MEMBER, "its maker"),
    "viv": (Role.MEMBER, Grant.VIEW), "dan": (Role.MEMBER, Grant.DEPLOY), "max": (Role.MEMBER, Grant.MANAGE),
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rights")
    lock = FileLock(folder / "data" / "deployments" / "lock")
    assert lock.acquire()
    docker = FakeDocker(tmp_path_factory.mktemp("engine"))
    with docker, Dashboard(folder, docker_host=docker.host) as served:
        for name, (role, _) in PEOPLE.items():
            if role is not Role.OWNER:
                served.add_user(name, PASSWORD, role=role)
        yield served
        served.stop()
        assert "Traceback" not in served.log
    lock.release()


@pytest.fixture(scope="module")
def shop(served):
    """An app of mia's, and a deployment of it."""
    deployed, owner = Deployed(served.folder / "data"), Actor(0, "", Role.OWNER)
    app = deployed.app(owner="mia")
    with deployed.database.session() as session:
        for name, (_, grant) in PEOPLE.items():
            if isinstance(grant, Grant):
                grants.give(session, owner, catalogue.load(session, app.id), name, grant)
    yield app, deployed.begin(app)
    deployed.database.close()


@pytest.fixture(scope="module", params=PEOPLE)
def person(request, served, shop):
    """Who they are, and their access token."""
    name, (role, grant) = request.param, PEOPLE[request.param]
    app, _ = shop
    actor = Actor(
        app.created_by if grant == "its maker" else 0,
        name,
        role,
        grants={app.id: grant} if isinstance(grant, Grant) else {},
    )
    with served.api(name) as api:
        eventually(lambda: api.get("/healthz").json()["engine"], what="the dashboard knows the engine")
        yield actor, api.headers["Authorization"].removeprefix("Bearer ")


def is_allowed(actor, what, app):
    return what is SIGNED_IN or may(actor, what, app)


def test_each_namespace_and_each_watch_opens_to_whom_the_table_lets_in(served, shop, person):
    (app, deployment), (actor, token) = shop, person
    for namespace, what in NAMESPACES.items():
        if not is_allowed(actor, what, app):
            with pytest.raises(socketio.exceptions.ConnectionError):
                Listener(served.address, namespace, token=token)
            continue
        with Listener(served.address, namespace, token=token) as listener:
            for _, options, needs in (watch for watch in WATCHES if watch[0] == namespace):
                filled = {"{app}": app.id, "{deployment}": deployment}
                asked = {name: filled.get(value, value) for name, value in options.items()}
                answer = listener.ask("watch", asked, timeout_seconds=30)
                assert (answer.get("ok") is True) is is_allowed(actor, needs, app), (namespace, options, answer)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_nobody_comes_in_who_is_not_signed_in(served, namespace):
    with pytest.raises(socketio.exceptions.ConnectionError):
        Listener(served.address, namespace, token="made.up.token")
