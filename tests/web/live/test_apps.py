"""``/apps`` of a real dashboard: who hears that an app has changed, and of what. It takes no deployment up, as the test
holds its lock."""

import pytest
import requests

from paas.storage.database import Database
from paas.storage.file_lock import FileLock
from paas.storage.tables import AppRow
from tests.dashboard import PASSWORD as OWNERS
from tests.dashboard import USERNAME, Dashboard
from tests.waiting import eventually
from tests.web.live.engine import FakeDocker

PASSWORD = "correct horse battery staple"
DOCUMENT = {"kind": "git", "repository": "https://git.example.org/shop.git", "branch": "main"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("apps")
    (folder / "data" / "deployments").mkdir(parents=True)
    lock = FileLock(folder / "data" / "deployments" / "lock")
    assert lock.acquire()
    docker = FakeDocker(tmp_path_factory.mktemp("engine"))
    with docker, Dashboard(folder, docker_host=docker.host) as served:
        served.add_user("mia", PASSWORD, role="member")
        yield served
        served.stop()
    lock.release()


class Api:
    """REST as one user, and the apps that they heard of."""

    def __init__(self, served, username, password):
        credentials = {"username": username, "password": password}
        self.base = f"{served.address}/api/v1"
        token = requests.post(f"{self.base}/login", json=credentials, timeout=30).json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def ask(self, method, path, **document):
        answer = requests.request(method, self.base + path, json=document or None, headers=self.headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def create(self, name):
        return self.ask("POST", "/apps", name=name, **DOCUMENT)["id"]


@pytest.fixture(scope="module")
def mia(served):
    return Api(served, "mia", PASSWORD)


@pytest.fixture(scope="module")
def ada(served):
    return Api(served, USERNAME, OWNERS)


@pytest.fixture
def session(served):
    with served.http() as session:
        yield session


@pytest.fixture
def listener(served, session):
    with served.socket("/apps", session=session) as listener:
        assert listener.ask("watch") == {"ok": True}
        yield listener


def heard(listener):
    return [app for message in listener.all("changed") for app in message["apps"]]


def test_app_that_is_made_changed_or_deployed_is_told(listener, ada):
    shop = ada.create("told")
    eventually(lambda: shop in heard(listener))
    listener.heard.clear()
    ada.ask("PATCH", "/apps/told", branch="next")
    eventually(lambda: shop in heard(listener))
    listener.heard.clear()
    deployment = ada.ask("POST", "/apps/told/deployments")
    eventually(lambda: shop in heard(listener))
    listener.heard.clear()
    ada.ask("POST", f"/deployments/{deployment['id']}/cancel")
    eventually(lambda: shop in heard(listener))


def test_nothing_is_said_while_nothing_changes(listener, ada):
    ada.create("quiet")
    eventually(lambda: heard(listener))
    listener.heard.clear()
    other = ada.create("other")
    eventually(lambda: other in heard(listener))
    assert set(heard(listener)) == {other}


def test_a_member_hears_of_apps_of_their_own(served, listener, ada, mia):
    with served.http("mia", PASSWORD) as session, served.socket("/apps", session=session) as hers:
        assert hers.ask("watch") == {"ok": True}
        hidden, own = ada.create("hidden"), mia.create("own")
        eventually(lambda: own in heard(hers))
        eventually(lambda: {hidden, own} <= set(heard(listener)))
        assert hidden not in heard(hers)


def test_an_app_that_is_withdrawn_takes_its_log_along_and_no_other(served, mia):
    taken, kept = mia.create("taken-away"), mia.create("not-taken")
    database = Database(f"sqlite:///{served.folder}/data/quayside.db")
    with served.http("mia", PASSWORD) as session, served.socket("/logs", session=session) as logs:
        assert [logs.ask("watch", {"app": app_id})["watch"] for app_id in (taken, kept)] == ["1", "2"]
        with database.session() as change:
            change.get(AppRow, taken).created_by = None
        assert logs.wait_for("problem", watch="1")["error"]["kind"] == "forbidden"
        logs.wait_for("end", watch="1")
        assert logs.ask("unwatch", {"watch": "1"}) == {"ok": False}
        assert logs.ask("unwatch", {"watch": "2"}) == {"ok": True}
    database.close()


def test_nothing_went_wrong_inside(served):
    assert "Traceback" not in served.log
