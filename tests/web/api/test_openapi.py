"""``openapi.json`` says of REST what is so: every route, its places, queries and bodies."""

import json
import re

import pytest

from paas.web import operations
from paas.web.openapi import PLACE, routes

ADDRESS = "/api/v1/openapi.json"
UGLY = [None, True, -1, 10**400, 1.5, "", "\ud800", "\0", "../..", "x" * 5_000, [], {}, [[]], {"a": {"b": None}}]
UGLY_TEXTS = ["0", "-1", "9" * 40, "%00", "%ff", "%ed%a0%80", "a%0ab", "..%2f..", "\u0663", "x" * 2_000]
WITH_BODY = [key for key, each in operations.OPERATIONS.items() if each.body and not each.is_open]


@pytest.fixture
def document(app):
    return app.test_client().get(ADDRESS).json


def described(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_every_route_is_described_and_nothing_else(app, document):
    there = {(method, PLACE.sub(r"{\g<name>}", rule.rule)) for method, rule in routes(app)}
    assert {(method, path) for method, path, _ in described(document)} == there
    assert len(there) > 40
    assert {(method, rule.rule) for method, rule in routes(app)} >= set(operations.OPERATIONS)


def test_the_document_keeps_the_rules_of_its_form(document):
    assert document["openapi"] == "3.1.0"
    names = [operation["operationId"] for *_, operation in described(document)]
    assert len(set(names)) == len(names)
    for method, path, operation in described(document):
        assert operation["summary"], (method, path)
        places = [each["name"] for each in operation["parameters"] if each["in"] == "path"]
        assert places == re.findall("{([^}]*)}", path)
        assert operation["responses"]["default"] == {"$ref": "#/components/responses/Problem"}
        assert any(status.startswith("2") for status in operation["responses"])
    for reference in re.findall(r'"\$ref":"#/([^"]*)"', json.dumps(document, separators=(",", ":"))):
        found = document
        for part in reference.split("/"):
            found = found[part]


def test_who_has_it_already_gets_nothing(client):
    first = client.get(ADDRESS)
    assert first.headers["Cache-Control"] == "no-cache"
    assert client.get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.fixture
def ask(api, shop, succeed):
    """As an admin, of the app and the deployment that there are."""
    api("ada")("POST", "/api/v1/apps/1/deployments")
    succeed(1)

    def ask(method, rule, **sent):
        return api("ada")(method, re.sub("<[^<>]*>", "1", rule), **sent)

    return ask


@pytest.mark.parametrize(("method", "rule"), WITH_BODY)
def test_fields_of_bodies_are_those_that_are_known(ask, method, rule):
    fields = operations.OPERATIONS[method, rule].body
    unknown = ask(method, rule, json={"nonsense": 1})
    assert unknown.status_code == 400
    assert re.search("Unknown field|The body must be", unknown.json["error"]["message"])
    for name in fields:
        assert "Unknown field" not in ask(method, rule, json={name: []}).text


@pytest.mark.parametrize(("method", "rule"), WITH_BODY)
def test_no_body_breaks_anything(ask, method, rule):
    for name in operations.OPERATIONS[method, rule].body:
        for value in UGLY:
            assert ask(method, rule, data=json.dumps({name: value})).status_code < 500, (name, value)


def test_no_query_and_no_place_breaks_anything(app, api, ask):
    asked = 0
    for method, rule in routes(app):
        known = operations.OPERATIONS.get((method, rule.rule), operations.Operation())
        for text in UGLY_TEXTS:
            addresses = [
                f"{re.sub('<[^<>]*>', '1', rule.rule)}?{name}={text}" for name in known.query if name != "wait"
            ]
            addresses += [re.sub("<[^<>]*>", text, rule.rule)] if "<" in rule.rule else []
            for address in addresses:
                answer = api("ada")(method, address)
                assert answer.status_code < 500 or answer.status_code == 503, (method, address, answer.text)
                asked += 1
    assert asked > 500
