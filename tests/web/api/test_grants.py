"""Who may use an app, over REST."""

import pytest

ADDRESS = "/api/v1/apps/shop/grants"


@pytest.fixture
def ada(api, shop):
    return api("ada")


def test_grant_is_given_shown_and_withdrawn(api, ada):
    given = ada("PUT", f"{ADDRESS}/eve", json={"grant": "deploy"})
    assert given.status_code == 200
    assert set(given.json) == {"username", "grant", "given_at"}
    assert ada("GET", ADDRESS).json == {"grants": [given.json]}
    assert [app["name"] for app in api("eve")("GET", "/api/v1/apps").json["apps"]] == ["shop"]
    assert ada("DELETE", f"{ADDRESS}/eve").status_code == 204
    assert ada("GET", ADDRESS).json == {"grants": []}
    assert api("eve")("GET", "/api/v1/apps").json["apps"] == []
    assert api("eve")("GET", "/api/v1/apps/shop").status_code == 404


@pytest.mark.parametrize(
    ("username", "document", "status"),
    [
        ("eve", {}, 400),
        ("eve", {"grant": "all"}, 400),
        ("eve", {"grant": 7}, 400),
        ("eve", {"grant": "view", "until": "noon"}, 400),
        ("nobody", {"grant": "view"}, 404),
        ("ada", {"grant": "view"}, 409),
        ("bob", {"grant": "view"}, 409),
    ],
)
def test_wrong_grant_is_refused_in_the_one_shape(ada, username, document, status):
    answer = ada("PUT", f"{ADDRESS}/{username}", json=document)
    assert (answer.status_code, set(answer.json)) == (status, {"error"})


def test_withdrawing_nothing_is_not_found(ada):
    assert ada("DELETE", f"{ADDRESS}/eve").status_code == 404
