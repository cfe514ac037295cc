"""The page of an app's environment: one variable, all of them as text, and that secrets are not shown again."""

import re

import pytest

from paas.accounts.permissions import Action
from paas.apps import environment
from paas.apps.environment import PLACEHOLDER

ADDRESS = "/apps/shop/environment"


@pytest.fixture
def shop(make):
    return make("shop")


@pytest.fixture
def kept(database, services, shop):
    """``kept()`` -> key -> (value, is it a secret, phase)."""

    def kept():
        with database.session() as session:
            found = environment.read(session, services.vault, shop.id)
        return {each.key: (each.value, each.is_secret, each.phase.value) for each in found}

    return kept


def test_empty_environment_says_what_would_be_here(signed_in, shop):
    html = signed_in.get(ADDRESS).text
    assert "No variables yet" in html
    assert "PORT, DYNO and GIT_REV" in html


def test_variable_is_kept_and_shown(send, signed_in, kept):
    assert send(ADDRESS, key="GREETING", value="hello", kept="plain", phase="both").status_code == 303
    assert kept() == {"GREETING": ("hello", False, "both")}
    html = signed_in.get(ADDRESS).text
    assert "hello" in html
    assert "in both" in html
    assert "The environment is kept." in html


@pytest.mark.parametrize(("key", "is_secret"), [("API_TOKEN", True), ("GREETING", False)])
def test_where_nobody_says_what_it_is_the_name_does(send, kept, key, is_secret):
    send(ADDRESS, key=key, value="s3cret words", kept="", phase="run")
    assert kept() == {key: ("s3cret words", is_secret, "run")}


def test_secret_is_never_shown_again(send, signed_in, shop):
    send(ADDRESS, key="API_TOKEN", value="s3cret words", kept="secret", phase="run")
    for path in (ADDRESS, f"{ADDRESS}?change=API_TOKEN"):
        html = signed_in.get(path).text
        assert "s3cret words" not in html
        assert PLACEHOLDER in html


def test_secret_may_change_its_phase_without_being_typed_again(send, kept):
    send(ADDRESS, key="API_TOKEN", value="s3cret words", kept="secret", phase="run")
    send(ADDRESS, key="API_TOKEN", value=PLACEHOLDER, kept="secret", phase="build")
    assert kept() == {"API_TOKEN": ("s3cret words", True, "build")}


@pytest.mark.parametrize(("key", "words"), [("9LIVES", "no digit first"), ("PORT", "is set by Quayside"), ("", "name")])
def test_variable_that_cannot_be_comes_back_with_what_was_typed(send, kept, key, words):
    answer = send(ADDRESS, key=key, value="typed with care", kept="plain", phase="build")
    assert answer.status_code == 400
    assert re.search(rf'id="key-error">[^<]*{words}', answer.text)
    assert "typed with care" in answer.text
    assert 'value="build" selected' in answer.text.replace('selected value="build"', 'value="build" selected')
    assert kept() == {}


def test_all_variables_are_replaced_by_the_text(send, signed_in, kept):
    send(ADDRESS, key="API_TOKEN", value="s3cret words", kept="secret", phase="run")
    send(ADDRESS, key="OLD", value="x", kept="plain", phase="run")
    send(f"{ADDRESS}/file", text=f"API_TOKEN={PLACEHOLDER}\r\nNEW='a b'\r\n")
    assert kept() == {"API_TOKEN": ("s3cret words", True, "run"), "NEW": ("a b", False, "run")}
    assert f"API_TOKEN={PLACEHOLDER}" in signed_in.get(ADDRESS).text


def test_text_with_a_mistake_names_the_line_and_changes_nothing(send, kept):
    send(ADDRESS, key="OLD", value="x", kept="plain", phase="run")
    answer = send(f"{ADDRESS}/file", text="A=1\nthis is not one\n")
    assert answer.status_code == 400
    assert 'id="text-error">Line 2' in answer.text
    assert "this is not one" in answer.text
    assert "<details" in answer.text
    assert kept() == {"OLD": ("x", False, "run")}


def test_variable_is_removed_also_when_somebody_was_quicker(send, kept):
    send(ADDRESS, key="OLD", value="x", kept="plain", phase="run")
    for _ in range(2):
        assert send(f"{ADDRESS}/remove", key="OLD").status_code == 303
    assert kept() == {}


def test_who_may_only_see_the_app_finds_nothing_to_change(client, make, add, sign_in, monkeypatch):
    bob = add("bob", "member")
    make("shop", by=bob)
    sign_in("bob")
    monkeypatch.setattr("paas.accounts.permissions.OF_CREATOR", frozenset({Action.SEE_APP}))
    html = client.get(ADDRESS).text
    for text in ("<textarea", "Keep all", "/settings", '/deploy"'):
        assert text not in html
