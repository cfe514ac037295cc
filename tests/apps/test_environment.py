"""The environment in the database: sealed, changed as a whole or one by one, and a reason to deploy."""

import pytest
from sqlalchemy import select

from paas.apps import catalogue, environment
from paas.apps.environment import PLACEHOLDER, Phase, Variable
from paas.errors import Forbidden, Invalid, NotFound
from paas.storage.tables import VariableRow

PLAIN = Variable("A", "plainly")
SECRET = Variable("B", "hunter22", is_secret=True, phase=Phase.BOTH)


@pytest.fixture
def put(session, vault, bob, shop):
    def put(*variables):
        return environment.replace(session, vault, bob, shop, variables)

    return put


@pytest.fixture
def kept(session, vault, shop):
    return lambda: environment.read(session, vault, shop.id)


def test_all_are_kept_by_key(put, kept):
    assert kept() == ()
    assert put(SECRET, PLAIN) == kept() == (PLAIN, SECRET)
    assert put(PLAIN) == kept() == (PLAIN,)
    assert put() == kept() == ()


def test_no_value_stands_in_the_database_as_it_is(session, put):
    put(PLAIN, SECRET)
    sealed = session.scalars(select(VariableRow.sealed_value)).all()
    assert not any("plainly" in each or "hunter22" in each for each in sealed)


def test_no_value_is_shown_by_printing_a_variable():
    assert "plainly" not in repr(PLAIN)
    assert "hunter22" not in repr(SECRET)


def test_phases():
    phases = {phase: Variable("A", "", phase=phase) for phase in Phase}
    assert [phase for phase, variable in phases.items() if variable.is_in_run] == [Phase.RUN, Phase.BOTH]
    assert [phase for phase, variable in phases.items() if variable.is_in_build] == [Phase.BUILD, Phase.BOTH]


def test_placeholder_keeps_the_value_and_may_change_the_phase(put, kept):
    put(SECRET)
    put(Variable("B", PLACEHOLDER, is_secret=True, phase=Phase.RUN))
    assert kept() == (Variable("B", "hunter22", is_secret=True, phase=Phase.RUN),)


def test_placeholder_of_nothing_is_refused(put):
    with pytest.raises(Invalid, match="C has no value yet"):
        put(Variable("C", PLACEHOLDER, is_secret=True))


def test_secret_cannot_be_made_readable_by_its_placeholder(put):
    put(SECRET)
    with pytest.raises(Invalid, match="give its value anew"):
        put(Variable("B", PLACEHOLDER, is_secret=False))


@pytest.mark.parametrize("change", [
    lambda put: put(PLAIN),
    lambda put: put(PLAIN, SECRET, Variable("C", "new")),
    lambda put: put(PLAIN, Variable("B", "other", is_secret=True, phase=Phase.BOTH)),
    lambda put: put(PLAIN, Variable("B", PLACEHOLDER, is_secret=True)),
], ids=["removed", "added", "changed", "other phase"])  # fmt: skip
def test_change_is_a_reason_to_deploy(session, shop, put, change):
    put(PLAIN, SECRET)
    before = catalogue.load(session, shop.id).changed_at
    change(put)
    assert catalogue.load(session, shop.id).changed_at > before


def test_no_change_is_none_and_seals_nothing_anew(session, shop, put):
    put(PLAIN, SECRET)
    before = catalogue.load(session, shop.id), session.scalars(select(VariableRow.sealed_value)).all()
    put(SECRET, PLAIN)
    put(PLAIN, Variable("B", PLACEHOLDER, is_secret=True, phase=Phase.BOTH))
    assert (catalogue.load(session, shop.id), session.scalars(select(VariableRow.sealed_value)).all()) == before


def test_one_is_set_and_removed(session, vault, bob, shop, put, kept):
    put(PLAIN)
    environment.set_one(session, vault, bob, shop, SECRET)
    assert kept() == (PLAIN, SECRET)
    environment.remove(session, vault, bob, shop, "A")
    assert kept() == (SECRET,)
    with pytest.raises(NotFound, match="no variable A"):
        environment.remove(session, vault, bob, shop, "A")


def test_text_of_an_env_file_replaces_all(session, vault, bob, shop, put, kept):
    put(PLAIN, SECRET)
    text = environment.as_dotenv(kept()) + "C=3\n"
    environment.replace_dotenv(session, vault, bob, shop, text.replace("plainly", "otherwise"))
    assert {each.key: each.value for each in kept()} == {"A": "otherwise", "B": "hunter22", "C": "3"}


def test_two_apps_have_environments_of_their_own(session, vault, bob, shop, put, kept):
    other = catalogue.create(session, bob, catalogue.Wanted("other", repository=shop.repository))
    put(PLAIN)
    environment.replace(session, vault, bob, other, [SECRET])
    assert kept() == (PLAIN,)


@pytest.mark.parametrize("act", ["replace", "set_one", "remove", "replace_dotenv"])
def test_only_who_may_change_the_app_may_change_it(session, vault, eve, shop, put, act):
    put(PLAIN)
    argument = {"replace": [], "set_one": PLAIN, "remove": "A", "replace_dotenv": ""}[act]
    with pytest.raises(Forbidden):
        getattr(environment, act)(session, vault, eve, shop, argument)


@pytest.mark.parametrize(("variables", "says"), [
    ([Variable("PORT", "1")], "PORT is set by Quayside"),
    ([Variable("a b", "1")], "'a b' cannot be"),
    ([PLAIN, PLAIN], "A is there twice"),
    ([Variable("A", "\0")], "NUL"),
    ([Variable("A", "\ud800")], "not Unicode text"),
    ([Variable("A", "x" * 120_000)], "too long"),
    ([Variable(f"A{n}", "x" * 100_000) for n in range(10)], "together take"),
], ids=["reserved", "key", "twice", "nul", "surrogate", "long", "all too long"])  # fmt: skip
def test_what_cannot_be_is_refused_without_its_value(put, kept, variables, says):
    with pytest.raises(Invalid, match=says) as raised:
        put(*variables)
    assert len(raised.value.message) < 200
    assert kept() == ()
