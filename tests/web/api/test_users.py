"""The people here, over REST."""

import re

import pytest

USERS, INVITATIONS = "/api/v1/users", "/api/v1/invitations"


@pytest.fixture
def ada(api):
    return api("ada")


def test_people_are_listed_changed_and_removed(api, ada):
    found = ada("GET", USERS).json["users"]
    assert [each["username"] for each in found] == ["ada", "bob", "eve"]
    assert set(found[0]) == {"username", "role", "created_at", "last_seen_at", "apps"}
    assert ada("PATCH", f"{USERS}/bob", json={"role": "admin"}).json["role"] == "admin"
    assert api("bob")("GET", USERS).status_code == 200
    assert ada("DELETE", f"{USERS}/eve", json={"name": "eve"}).status_code == 204
    assert [each["username"] for each in ada("GET", USERS).json["users"]] == ["ada", "bob"]


@pytest.mark.parametrize(
    ("method", "path", "document", "status"),
    [
        ("PATCH", "/bob", {"role": "owner"}, 400),
        ("PATCH", "/bob", {}, 400),
        ("PATCH", "/bob", {"name": "rob"}, 400),
        ("PATCH", "/nobody", {"role": "admin"}, 404),
        ("PATCH", "/ada", {"role": "member"}, 409),
        ("DELETE", "/bob", {}, 400),
        ("DELETE", "/ada", {"name": "ada"}, 409),
    ],
)
def test_what_cannot_be_done_has_the_one_shape(ada, method, path, document, status):
    answer = ada(method, USERS + path, json=document)
    assert (answer.status_code, set(answer.json)) == (status, {"error"})


def test_invitation_is_made_listed_used_and_withdrawn(app, ada):
    made = ada("POST", INVITATIONS, json={"role": "member", "note": "for Max"}).json
    path = re.fullmatch(r"http://localhost(/join\?code=[\w-]+)", made.pop("url"))[1]
    assert ada("GET", INVITATIONS).json == {"invitations": [made]}
    assert app.test_client().get(path).status_code == 200
    assert ada("DELETE", f"{INVITATIONS}/{made['id']}").status_code == 204
    assert app.test_client().get(path).status_code == 403
    assert ada("DELETE", f"{INVITATIONS}/{made['id']}").status_code == 404
    assert ada("DELETE", f"{INVITATIONS}/99999999999999999999").status_code == 404
    assert ada("POST", INVITATIONS, json={"role": "owner"}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", USERS), ("PATCH", f"{USERS}/eve"), ("DELETE", f"{USERS}/eve"), ("GET", INVITATIONS),
     ("POST", INVITATIONS), ("DELETE", f"{INVITATIONS}/1")],
)  # fmt: skip
def test_members_are_refused(api, method, path):
    assert api("bob")(method, path).status_code == 403
