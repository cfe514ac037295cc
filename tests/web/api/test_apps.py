"""Apps over REST: what is sent, what is answered, and that no secret comes back."""

import json
from dataclasses import replace

import pytest

from paas.apps import catalogue, credentials
from paas.engine.containers import Container
from paas.errors import NotFound

REPOSITORY = "https://example.org/shop.git"
WEB = Container(id="c0ffee" * 10, name="web", image="nginx", state="running", status="Up")


@pytest.fixture
def api(app, client, ada, add):
    """``api.post(address, json=...)`` as ada, an admin; ``api.be("bob")`` signs in a member."""
    add("bob", "member")
    return Api(app.test_client())


class Api:
    def __init__(self, client):
        self._client = client
        self.be("ada")

    def be(self, who):
        body = {"username": who, "password": "correct horse"}
        token = self._client.post("/api/v1/login", json=body).json["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def __getattr__(self, method):
        return lambda address, **more: getattr(self._client, method)(address, headers=self._headers, **more)


@pytest.fixture
def shop(api):
    return api.post("/api/v1/apps", json={"name": "shop", "repository": REPOSITORY}).json


def test_app_is_created_shown_and_listed(api):
    document = {"name": "shop", "repository": REPOSITORY, "branch": "main", "memory": "512m", "scale": {"web": 2},
                "mounts": [{"source": "data", "target": "/data"}]}  # fmt: skip
    made = api.post("/api/v1/apps", json=document)
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/apps/1")
    assert made.json.items() >= {"id": 1, "name": "shop", "kind": "git", "branch": "main", "memory": "512m"}.items()
    assert made.json["mounts"] == [{"kind": "volume", "source": "data", "target": "/data", "read_only": False}]
    assert (made.json["scale"], made.json["port"], made.json["deployment"]) == ({"web": 2}, None, None)
    assert made.json["created_at"].endswith("Z")
    assert api.get("/api/v1/apps/shop").json == api.get("/api/v1/apps/1").json == made.json
    assert api.get("/api/v1/apps").json == {"apps": [made.json], "next": None}


def test_what_is_shown_can_be_sent_back(api, shop):
    only_said = {"id", "kind", "adopted", "deploy_key", "deployment", "created_at", "changed_at"}
    sent = {name: value for name, value in shop.items() if name not in only_said}
    assert api.patch("/api/v1/apps/shop", json=sent).json == shop


def test_change_touches_what_is_sent_alone(api, shop):
    changed = api.patch("/api/v1/apps/shop", json={"name": "store", "cpus": 0.5}).json
    assert changed | {"changed_at": ""} == shop | {"name": "store", "cpus": 0.5, "changed_at": ""}
    assert api.patch("/api/v1/apps/store", json={"cpus": None}).json["cpus"] is None
    assert api.get("/api/v1/apps/shop").status_code == 404


@pytest.mark.parametrize(("document", "status", "says"), [
    ({}, 400, "name is missing"),
    ({"name": "Shop", "repository": REPOSITORY}, 400, "The name must have"),
    ({"name": "shop"}, 400, "repository is missing"),
    ({"name": "shop", "repository": "ext::sh -c id"}, 400, "not an address that can be cloned"),
    ({"name": "shop", "repository": REPOSITORY, "colour": "red"}, 400, "Unknown field 'colour'"),
    ({"name": "shop", "repository": REPOSITORY, "git_token": 5}, 400, "git_token must be a text"),
    ({"name": "shop", "repository": REPOSITORY, "git_token": "a b"}, 400, "git_token must be one word"),
    ({"name": "shop", "repository": REPOSITORY, "privileged": True}, 403, "host paths, privileges"),
    ({"container": "web", "colour": "red"}, 403, "container that runs already"),
    ([], 400, "must be a JSON object"),
    ("shop", 400, "must be a JSON object"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_made(api, document, status, says):
    api.be("bob")
    answer = api.post("/api/v1/apps", data=json.dumps(document))
    assert answer.status_code == status
    assert says in answer.json["error"]["message"]
    assert api.get("/api/v1/apps").json["apps"] == []


def test_taken_name_is_a_conflict(api, shop):
    answer = api.post("/api/v1/apps", json={"name": "shop", "image": "nginx"})
    assert (answer.status_code, answer.json["error"]["kind"]) == (409, "conflict")


def test_app_is_deleted_by_its_name(api, shop):
    for document in ({}, {"name": "Shop"}, {"name": "shop", "volumes": "yes"}, {"name": "shop", "force": True}):
        assert api.delete("/api/v1/apps/shop", json=document).status_code == 400
    answer = api.delete("/api/v1/apps/shop", json={"name": "shop", "volumes": True})
    assert (answer.status_code, answer.json) == (200, shop)
    assert api.get("/api/v1/apps/shop").status_code == 404


def test_secrets_are_taken_but_never_shown(api, services, database):
    made = api.post("/api/v1/apps", json={"name": "shop", "repository": REPOSITORY, "git_token": "ghp_12345"})
    changed = api.patch("/api/v1/apps/shop", json={"webhook_secret": "hook-6789-0123-4567"})
    for answer in (made, changed, api.get("/api/v1/apps"), api.get("/api/v1/apps/shop")):
        assert "ghp_12345" not in answer.text
        assert "hook-6789-0123-4567" not in answer.text
    with database.session() as session:
        kept = credentials.secrets_of(session, services.vault, made.json["id"])
    assert (kept.git_token, kept.webhook_secret) == ("ghp_12345", "hook-6789-0123-4567")
    assert services.masks.of_app(1)("ghp_12345 hook-6789-0123-4567") == "[secret] [secret]"


def test_deploy_key_is_made_and_its_public_half_shown(api, shop):
    made = api.post("/api/v1/apps/shop/deploy-key")
    assert made.status_code == 201
    assert made.json["deploy_key"].startswith("ssh-ed25519 AAAA")
    assert api.get("/api/v1/apps/shop").json["deploy_key"] == made.json["deploy_key"]


def test_webhook_secret_is_shown_once(api, shop, services, database):
    secret = api.post("/api/v1/apps/shop/webhook-secret").json["webhook_secret"]
    assert len(secret) >= 40
    assert secret not in api.get("/api/v1/apps/shop").text
    with database.session() as session:
        assert credentials.secrets_of(session, services.vault, 1).webhook_secret == secret


@pytest.fixture
def running(services):
    """What the engine says runs: one container and one of a compose service."""
    known = {each.name: each for each in (WEB, replace(WEB, name="shop-db-1", project="shop", service="db"))}

    def find(name):
        if name not in known:
            raise NotFound(f"There is no container {name}.")
        return known[name]

    services.engine.inventory.find = find


def test_running_container_is_adopted(api, running, database):
    made = api.post("/api/v1/apps", json={"container": "shop-db-1", "name": "database"})
    assert made.status_code == 201
    assert (made.json["name"], made.json["kind"], made.json["adopted"]) == ("database", "adopted", "shop/db")
    again = api.post("/api/v1/apps", json={"container": "shop-db-1"})
    assert (again.status_code, "is the app database already" in again.text) == (409, True)


def test_member_learns_nothing_of_containers_by_adopting(api, running):
    api.be("bob")
    there, not_there = (api.post("/api/v1/apps", json={"container": name}) for name in ("web", "nothing"))
    assert there.status_code == 403
    assert there.json == not_there.json


@pytest.mark.parametrize("document", [{"container": ""}, {"container": "nothing"}])
def test_what_does_not_run_is_not_adopted(api, running, document):
    assert api.post("/api/v1/apps", json=document).status_code == 404


def test_cookie_alone_changes_nothing(signed_in, database):
    answer = signed_in.post("/api/v1/apps", json={"name": "shop", "image": "nginx"})
    assert answer.status_code == 400
    assert "form has expired" in answer.json["error"]["message"]


def test_cookie_with_its_token_does(signed_in, csrf, ada, database):
    headers = {"X-CSRFToken": csrf("/account")}
    assert signed_in.post("/api/v1/apps", json={"name": "shop", "image": "nginx"}, headers=headers).status_code == 201
    with database.session() as session:
        assert catalogue.load(session, 1).created_by == ada.id
