"""Environments as text: what is written is what the app gets, and what is wrong has a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.apps import dotenv, variables
from paas.apps.variables import PLACEHOLDER, RESERVED, Phase, Variable
from paas.errors import Invalid


def values(text):
    return {variable.key: variable.value for variable in dotenv.parse(text)}


@pytest.mark.parametrize(("text", "value"), [
    ("A=b", "b"),
    ("A=", ""),
    ("A=''", ""),
    ('A=""', ""),
    ("  A = b  ", "b"),
    ("export A=b", "b"),
    ("\texport  A=b", "b"),
    ("A=two words", "two words"),
    ("A=b # a comment", "b"),
    ("A= # a comment", ""),
    ("A=b#c", "b#c"),
    ("A=http://x/?q=1&r=2#top", "http://x/?q=1&r=2#top"),
    ("A='b' # a comment", "b"),
    ("A=a=b=c", "a=b=c"),
    ("A=it's", "it's"),
    ("A=$HOME ${X} `id`", "$HOME ${X} `id`"),
    ("A='$HOME \\n \"x\"'", '$HOME \\n "x"'),
    ('A="a\\nb\\t\\"c\\" \\\\ \\$HOME $HOME"', 'a\nb\t"c" \\ $HOME $HOME'),
    ("A='one\ntwo'", "one\ntwo"),
    ('A="one\n# two\nB=3"', "one\n# two\nB=3"),
    ("A='one\r\ntwo'\r\n", "one\ntwo"),
    ("\ufeffA=b", "b"),
    ("\n\n# comment\n   # another\nA=b\n\n", "b"),
    ("A=größe·", "größe·"),
])  # fmt: skip
def test_one_value(text, value):
    assert values(text) == {"A": value}


def test_values_come_in_the_order_of_the_text():
    assert [variable.key for variable in dotenv.parse("B=1\nA=2\nC='x\ny'\nD=4")] == ["B", "A", "C", "D"]


@pytest.mark.parametrize(("text", "says"), [
    ("nonsense", "Line 1 is not KEY=value"),
    ("A=1\n\nB 2", "Line 3 is not KEY=value"),
    ("=b", "Line 1 is not KEY=value"),
    ("A: b", "Line 1 is not KEY=value"),
    ("A=1\n<<<<<<< HEAD", "Line 2 is not KEY=value"),
    ("=======", "Line 1 is not KEY=value"),
    ("1A=b", "Line 1: '1A' cannot be a variable's name"),
    ("A-B=c", "Line 1: 'A-B' cannot be"),
    ("A=1\nPORT=80", "Line 2: PORT is set by Quayside"),
    ("A='x\ny'\nA=2", "Line 3: A is there already, in line 1"),
    ("A='one\ntwo", "Line 1: the quote ' is never closed"),
    ('B=1\nA="one', 'Line 2: the quote " is never closed'),
    ("A='one'two", "Line 1: something follows the closing quote of A"),
    ('A="one\n\\x"', "Line 2: \\x has no meaning"),
    ('A="one\\', "has no meaning"),
    ("#: secrit\nA=b", "Line 1: 'secrit' is not one of secret, plain"),
])  # fmt: skip
def test_what_cannot_be_read_names_its_line_and_no_value(text, says):
    with pytest.raises(Invalid) as raised:
        dotenv.parse(text)
    assert says in raised.value.message


def test_marks_say_what_the_next_variable_is():
    found = dotenv.parse("#: secret, build\nA=1\n#: plain both\n# for the mail\n\nAPI_TOKEN=2\nB=3\nSMTP_PASSWORD=4")
    assert [(each.key, each.is_secret, each.phase) for each in found] == [
        ("A", True, Phase.BUILD), ("API_TOKEN", False, Phase.BOTH), ("B", False, Phase.RUN),
        ("SMTP_PASSWORD", True, Phase.RUN),
    ]  # fmt: skip


def test_without_a_mark_a_variable_stays_what_it_was():
    before = [Variable("A", "1", is_secret=True, phase=Phase.BOTH), Variable("API_TOKEN", "2", is_secret=False)]
    found = dotenv.parse(f"A={PLACEHOLDER}\nAPI_TOKEN=3", before)
    assert [(each.value, each.is_secret, each.phase) for each in found] == [
        (PLACEHOLDER, True, Phase.BOTH), ("3", False, Phase.RUN)]  # fmt: skip


@pytest.mark.parametrize(
    "key", ["API_KEY", "DATABASE_URL", "db_password", "JWT_SECRET", "SENTRY_DSN", "SECRET_KEY_BASE"]
)
def test_names_that_look_like_secrets(key):
    assert variables.looks_secret(key)


@pytest.mark.parametrize("key", ["MONKEY", "HOST", "DEBUG", "KEYBOARD", "PUBLIC_URL", "LOG_LEVEL"])
def test_names_that_do_not(key):
    assert not variables.looks_secret(key)


KEYS = st.from_regex(variables.KEY, fullmatch=True).filter(lambda key: key not in RESERVED)
VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VARIABLES = st.lists(
    st.builds(Variable, KEYS, VALUES, st.booleans(), st.sampled_from(Phase)), unique_by=lambda each: each.key
)


@given(VARIABLES)
def test_what_is_written_is_read_back_as_the_same(written):
    shown = tuple(Variable(each.key, each.shown, each.is_secret, each.phase) for each in written)
    assert dotenv.parse(dotenv.write(written)) == shown


@given(VARIABLES)
def test_no_secret_is_ever_written(written):
    text = dotenv.write([Variable(each.key, f"hunter{each.value}", True, each.phase) for each in written])
    assert "hunter" not in text.replace("_", "") or any("hunter" in each.key for each in written)


@given(st.text(st.sampled_from("AB='\"#:\\n \n$export")))
def test_any_text_is_read_or_refused_with_a_line(text):
    try:
        variables.check(dotenv.parse(text))
    except Invalid as problem:
        refused = problem.message
    else:
        return
    assert refused.startswith("Line ")
