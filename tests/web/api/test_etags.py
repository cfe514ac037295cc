"""What has not changed is not sent again, and what somebody else has changed is not overwritten."""

import pytest

from paas.web.operations import KNOWN, MATCH, OPERATIONS

APP, ENVIRONMENT = "/api/v1/apps/shop", "/api/v1/apps/shop/environment"
READ = (
    "/api/v1/apps", APP, ENVIRONMENT, f"{ENVIRONMENT}?format=dotenv", "/api/v1/users", "/api/v1/deployments/1",
    f"{APP}/deployments", f"{APP}/deployments/1", "/api/v1/openapi.json",
)  # fmt: skip


@pytest.fixture
def ada(api, shop):
    """An admin; the app has a deployment and a secret, and enough in each answer to be compressed."""
    ada = api("ada")
    ada("POST", f"{APP}/deployments")
    secret = {"key": "TOKEN", "value": "hunter22", "secret": True}
    ada("PUT", ENVIRONMENT, json={"variables": [secret, {"key": "GREETING", "value": "hello " * 200}]})
    return ada


def read(who, address, *, known="", encoding="identity"):
    headers = {"Accept-Encoding": encoding} | ({"If-None-Match": known} if known else {})
    return who("GET", address, more_headers=headers)


def test_each_call_with_a_tag_is_tried_here_or_below():
    known = {rule for (method, rule), each in OPERATIONS.items() if each.precondition == KNOWN and method == "GET"}
    assert len(known) == len({address.partition("?")[0] for address in READ})
    assert {key for key, each in OPERATIONS.items() if each.precondition == MATCH} == {
        ("PATCH", "/api/v1/apps/<reference>"),
        ("PUT", "/api/v1/apps/<reference>/environment"),
        ("PUT", "/api/v1/apps/<reference>/environment/<key>"),
        ("DELETE", "/api/v1/apps/<reference>/environment/<key>"),
    }


@pytest.mark.parametrize("address", READ)
@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_who_has_an_answer_already_gets_none(ada, address, encoding):
    first = read(ada, address, encoding=encoding)
    tag, is_weak = first.get_etag()
    assert (first.status_code, is_weak) == (200, False)
    assert tag.endswith(f":{encoding}") is (encoding in first.headers.get("Content-Encoding", ""))
    again = read(ada, address, encoding=encoding, known=first.headers["ETag"])
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    for name in ("Vary", "Cache-Control"):
        assert again.headers[name] == first.headers[name]
    assert "no-cache" in first.headers["Cache-Control"]
    assert "Accept-Encoding" in first.headers["Vary"]
    assert read(ada, address, encoding=encoding, known='"another"').status_code == 200
    assert read(ada, address, encoding=encoding, known=f'"another", W/{first.headers["ETag"]}').status_code == 304


@pytest.mark.parametrize("address", [each for each in READ if "openapi" not in each])
def test_answers_are_kept_by_their_owner_alone_and_asked_for_again(ada, address):
    answer = read(ada, address)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie", "Accept-Encoding"} <= set(answer.vary)


def test_two_encodings_and_two_forms_of_one_answer_have_different_tags(ada):
    tags = {
        read(ada, address, encoding=encoding).headers["ETag"]
        for address in (ENVIRONMENT, f"{ENVIRONMENT}?format=dotenv")
        for encoding in ("identity", "gzip", "br")
    }
    assert len(tags) == 6
    assert read(ada, ENVIRONMENT, known=read(ada, ENVIRONMENT, encoding="br").headers["ETag"]).status_code == 200


def test_tag_opens_nothing(ada, api, app):
    for address in READ[:-1]:
        tag = read(ada, address).headers["ETag"]
        assert app.test_client().get(address, headers={"If-None-Match": tag}).status_code == 401
        assert read(api("eve"), address, known=tag).status_code in (200, 403, 404)
    assert read(api("eve"), "/api/v1/apps", known=tag).json["apps"] == []


@pytest.mark.parametrize(
    "change",
    [{"branch": "next"}, {"port": 8080}, {"name": "store"}],
)
def test_change_of_an_app_gives_it_another_tag(ada, change):
    before = read(ada, "/api/v1/apps/1").headers["ETag"]
    answer = ada("PATCH", "/api/v1/apps/1", json=change)
    assert answer.headers["ETag"] != before
    assert read(ada, "/api/v1/apps/1", known=before).status_code == 200
    assert read(ada, "/api/v1/apps/1", known=answer.headers["ETag"]).status_code == 304


def change_app(who, tag, branch):
    return who("PATCH", APP, json={"branch": branch}, more_headers={"If-Match": tag})


def test_change_of_an_app_that_somebody_else_has_changed_is_refused(ada, bob):
    tag = read(ada, APP).headers["ETag"]
    assert change_app(bob, tag, "next").status_code == 200
    refused = change_app(ada, tag, "mine")
    assert (refused.status_code, refused.json["error"]["kind"]) == (412, "outdated")
    assert refused.json["error"]["message"].startswith("The app shop was changed since you read it. Read it again")
    assert read(ada, APP).json["branch"] == "next"
    assert change_app(ada, read(ada, APP).headers["ETag"], "mine").status_code == 200


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
@pytest.mark.parametrize("written", ["{}", "W/{}", '"another", {}', "*"])
def test_change_names_the_version_in_whatever_form_it_came(ada, encoding, written):
    tag = read(ada, APP, encoding=encoding).headers["ETag"]
    assert change_app(ada, written.format(tag), "next").status_code == 200


@pytest.mark.parametrize("tag", ['"another"', "nonsense", '""', "W/", '":br"'])
def test_change_of_another_version_is_refused(ada, tag):
    assert change_app(ada, tag, "next").status_code == 412


CHANGES = [
    ("PUT", "", {"json": {"variables": []}}),
    ("PUT", "", {"data": "A=2", "content_type": "text/plain"}),
    ("PUT", "/GREETING", {"json": {"value": "bye"}}),
    ("DELETE", "/GREETING", {}),
]


@pytest.mark.parametrize(("method", "path", "sent"), CHANGES)
@pytest.mark.parametrize("form", ["json", "dotenv"])
def test_environment_that_somebody_else_has_changed_is_not_overwritten(ada, bob, method, path, sent, form):
    """Not even when all that has changed is the value of a secret, which no answer shows."""
    tag = read(ada, f"{ENVIRONMENT}?format={form}").headers["ETag"]
    change = {"json": {"value": "hunter23"}, "more_headers": {"If-Match": tag}}
    assert bob("PUT", f"{ENVIRONMENT}/TOKEN", **change).status_code == 200
    before = read(ada, ENVIRONMENT)
    refused = ada(method, ENVIRONMENT + path, more_headers={"If-Match": tag}, **sent)
    assert (refused.status_code, refused.json["error"]["kind"]) == (412, "outdated")
    assert "The environment of shop was changed since you read it" in refused.json["error"]["message"]
    assert read(ada, ENVIRONMENT).json == before.json
    done = ada(method, ENVIRONMENT + path, more_headers={"If-Match": before.headers["ETag"]}, **sent)
    assert done.status_code == 200
    assert read(ada, ENVIRONMENT, known=done.headers["ETag"]).status_code == 304


def test_who_may_not_change_it_learns_no_version(ada, api):
    ada("PUT", f"{APP}/grants/eve", json={"grant": "view"})
    eve = api("eve")
    assert change_app(eve, '"another"', "next").status_code == 403
    refused = eve("PUT", f"{ENVIRONMENT}/A", json={"value": "b"}, more_headers={"If-Match": '"another"'})
    assert refused.status_code == 403
