"""What can be jumped to: one's own alone, the best first."""

from types import SimpleNamespace

import pytest

from paas.errors import Unavailable


@pytest.fixture
def found(api):
    """``found("ada", "shop")`` -> the names that ada finds."""

    def found(who, words=""):
        return [each["name"] for each in api(who)("GET", "/api/v1/search", query_string={"q": words}).json["results"]]

    return found


@pytest.fixture
def containers(services, monkeypatch):
    made = [SimpleNamespace(name=name, image="busybox") for name in ("shop-web-1", "registry")]
    monkeypatch.setattr(services.engine.inventory, "all", lambda: made)
    return made


@pytest.fixture
def deployed(bob, shop, succeed):
    succeed(bob("POST", "/api/v1/apps/shop/deployments").json["id"])


def test_each_result_says_what_it_is_and_where(bob, deployed):
    assert bob("GET", "/api/v1/search?q=shop").json["results"] == [
        {"kind": "app", "name": "shop", "detail": "", "url": "/apps/shop"},
        {
            "kind": "deployment",
            "name": "shop deployment 1",
            "detail": "0123456 · success",
            "url": "/apps/shop/deployments/1",
        },
    ]


def test_member_finds_own_apps_and_no_container(found, deployed, containers):
    assert found("bob", "shop") == ["shop", "shop deployment 1"]
    assert found("eve", "shop") == []
    assert found("ada", "shop") == ["shop", "shop-web-1", "shop deployment 1"]
    assert found("bob", "registry") == []


@pytest.mark.parametrize(
    ("who", "has", "has_not"),
    [
        ("ada", {"Users", "Audit", "Containers", "Account"}, set()),
        ("eve", {"Account"}, {"Users", "Audit", "Containers"}),
    ],
)
def test_pages_are_those_that_one_may_see(found, who, has, has_not):
    pages = set(found(who))
    assert has <= pages
    assert not has_not & pages


def test_every_result_leads_to_a_page_that_lets_one_in(api, shop, deployed):
    for who in ("ada", "bob", "eve"):
        for words in ("", "shop logs", "shop settings", "a", "e"):
            for each in api(who)("GET", "/api/v1/search", query_string={"q": words}).json["results"]:
                if each["kind"] != "container":
                    assert api(who)("GET", each["url"]).status_code == 200, (who, each)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("SHOP", "shop"),
        ("sho", "shop"),
        ("shop log", "shop / Logs"),
        ("0123456", "shop deployment 1"),
        ("deployment 1", "shop deployment 1"),
        ("  audit ", "Audit"),
    ],
)
def test_best_stands_first(found, deployed, words, first):
    assert found("ada", words)[0] == first


@pytest.mark.parametrize("words", ["no such thing", "%", "\0", "x" * 5_000])
def test_nothing_is_found_where_there_is_nothing(found, shop, words):
    assert found("ada", words) == []


def test_engine_that_never_answered_hides_nothing_else(found, shop, services, monkeypatch):
    def unreachable():
        raise Unavailable("The engine does not answer.")

    monkeypatch.setattr(services.engine.inventory, "all", unreachable)
    assert found("ada", "shop") == ["shop"]


def test_it_asks_who_one_is(app):
    assert app.test_client().get("/api/v1/search").status_code == 401
