"""An app's environment over REST, as JSON and as .env text."""

import pytest

from paas.apps import environment
from paas.apps.environment import PLACEHOLDER

ADDRESS = "/api/v1/apps/shop/environment"
TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def api(app, add):
    """Bob's, a member's, with an app of his own."""
    add("bob", "member")
    client = app.test_client()
    token = client.post("/api/v1/login", json={"username": "bob", "password": "correct horse"}).json["access_token"]
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    client.post("/api/v1/apps", json={"name": "shop", "image": "nginx"})
    return client


@pytest.fixture
def kept(services):
    """``kept()`` -> the values in the database by key."""

    def kept():
        with services.database.session() as session:
            return {each.key: each.value for each in environment.read(session, services.vault, 1)}

    return kept


def put(api, *variables):
    return api.put(ADDRESS, json={"variables": list(variables)})


def test_variables_are_put_and_shown_without_their_secrets(api, kept):
    answer = put(api, {"key": "B", "value": "hunter22", "secret": True, "phase": "both"}, {"key": "A", "value": "1"})
    shown = {"variables": [
        {"key": "A", "value": "1", "secret": False, "phase": "run"},
        {"key": "B", "value": None, "secret": True, "phase": "both"},
    ]}  # fmt: skip
    assert (answer.status_code, answer.json) == (200, shown)
    assert api.get(ADDRESS).json == shown
    assert kept() == {"A": "1", "B": "hunter22"}


def test_what_is_shown_can_be_put_back_and_what_is_left_out_is_removed(api, kept):
    put(api, {"key": "A", "value": "1"}, {"key": "B", "value": "hunter22", "secret": True}, {"key": "C", "value": ""})
    api.put(ADDRESS, json=api.get(ADDRESS).json)
    assert kept() == {"A": "1", "B": "hunter22", "C": ""}
    put(api, {"key": "B"})
    assert kept() == {"B": "hunter22"}


def test_new_variable_with_the_name_of_a_secret_is_one(api):
    assert api.put(f"{ADDRESS}/API_TOKEN", json={"value": "hunter22"}).json["variables"][0]["secret"] is True


def test_one_is_set_and_removed_beside_the_others(api, kept):
    put(api, {"key": "A", "value": "1", "phase": "build"})
    assert api.put(f"{ADDRESS}/B", json={"value": "2"}).status_code == 200
    assert api.put(f"{ADDRESS}/A", json={"value": "3"}).json["variables"][0]["phase"] == "build"
    assert kept() == {"A": "3", "B": "2"}
    assert [each["key"] for each in api.delete(f"{ADDRESS}/A").json["variables"]] == ["B"]
    assert api.delete(f"{ADDRESS}/A").status_code == 404


def test_dotenv_is_given_and_taken(api, kept):
    put(api, {"key": "A", "value": "two words"}, {"key": "B", "value": "hunter22", "secret": True})
    answer = api.get(f"{ADDRESS}?format=dotenv")
    assert answer.content_type == TEXT
    assert answer.text == f'A="two words"\n#: secret\nB={PLACEHOLDER}\n'
    api.put(ADDRESS, data=answer.text + "C='3'\n", content_type=TEXT)
    assert kept() == {"A": "two words", "B": "hunter22", "C": "3"}


@pytest.mark.parametrize(("text", "says"), [
    (b"A=1\nnonsense\n", "Line 2 is not KEY=value"),
    (b"PORT=80", "Line 1: PORT is set by Quayside"),
    (b"A=\xff", "must be in UTF-8"),
])  # fmt: skip
def test_dotenv_that_cannot_be_read_changes_nothing(api, kept, text, says):
    put(api, {"key": "A", "value": "1"})
    answer = api.put(ADDRESS, data=text, content_type=TEXT)
    assert (answer.status_code, says in answer.json["error"]["message"]) == (400, True)
    assert kept() == {"A": "1"}


@pytest.mark.parametrize(("variable", "says"), [
    ({"value": "1"}, "A variable needs a name."),
    ({"key": "A B", "value": "1"}, "'A B' cannot be a variable's name"),
    ({"key": "DYNO", "value": "1"}, "DYNO is set by Quayside"),
    ({"key": "A"}, "A has no value yet"),
    ({"key": "A", "value": 1}, "value must be a text"),
    ({"key": "A", "value": "1", "secret": "yes"}, "A: secret must be true or false"),
    ({"key": "A", "value": "1", "phase": "night"}, "A: phase must be one of run, build, both"),
    ({"key": "A", "value": "1", "colour": "red"}, "Unknown field 'colour'"),
    ({"key": "A", "value": "a\0b"}, "NUL"),
    ({"key": "A", "value": "x" * 130_000}, "too long"),
])  # fmt: skip
def test_variable_that_cannot_be_is_named(api, kept, variable, says):
    answer = put(api, variable)
    assert answer.status_code == 400
    assert says in answer.json["error"]["message"]
    assert kept() == {}


@pytest.mark.parametrize("document", [{}, {"variables": {}}, {"variables": ["A"]}, {"variables": [], "more": 1}])
def test_document_of_another_shape_is_refused(api, document):
    assert api.put(ADDRESS, json=document).status_code == 400


def test_unknown_format_is_refused(api):
    assert api.get(f"{ADDRESS}?format=yaml").status_code == 400


def test_secret_is_not_made_readable_without_its_value(api, kept):
    put(api, {"key": "A", "value": "hunter22", "secret": True})
    answer = api.put(f"{ADDRESS}/A", json={"secret": False})
    assert (answer.status_code, "not shown again" in answer.text) == (400, True)
    assert api.put(f"{ADDRESS}/A", json={"secret": False, "value": "open"}).json["variables"][0]["value"] == "open"


def test_masks_in_use_learn_of_a_new_secret(api, services):
    mask = services.masks.of_app(1)
    put(api, {"key": "A", "value": "hunter22", "secret": True})
    assert mask("hunter22") == "[secret]"
