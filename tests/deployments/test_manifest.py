"""app.json is read as Dokku reads it, and whatever is wrong with what we read is named with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.deployments.plans.manifest import Check, Manifest, Wish, parse
from paas.errors import Invalid


def check(**given):
    return parse(json.dumps({"healthchecks": {"web": [given]}})).checks["web"][0]


@pytest.mark.parametrize(
    "text", ["{}", '{"name": "shop", "stack": "heroku-24", "cron": 5}', "\ufeff{}", '{"env": null}']
)
def test_what_others_know_is_passed_over(text):
    assert parse(text) == Manifest()


@pytest.mark.parametrize(
    ("given", "kind", "expected"),
    [
        ({}, "uptime", Check()),
        ({"uptime": 0}, "uptime", Check()),
        ({"uptime": 20, "type": "startup", "name": "up"}, "uptime", Check(uptime_seconds=20, name="up")),
        ({"path": "/health"}, "path", Check(path="/health")),
        (
            {
                "path": "/health?full=1",
                "port": 8080,
                "attempts": 5,
                "timeout": 10,
                "wait": 1,
                "initialDelay": 2,
                "content": "good",
                "httpHeaders": [{"name": "Host", "value": "shop.example.org"}],
                "scheme": "https",
                "warn": True,
                "type": "readiness",
                "description": "not ours",
                "onFailure": {"url": "https://example.org"},
            },
            "path",
            Check(
                type="readiness",
                path="/health?full=1",
                port=8080,
                attempts=5,
                timeout_seconds=10,
                wait_seconds=1,
                initial_delay_seconds=2,
                content="good",
                headers=(("Host", "shop.example.org"),),
                scheme="https",
                is_warning=True,
            ),
        ),
        ({"listening": True, "port": 3000}, "listening", Check(is_listening=True, port=3000)),
        ({"command": ["./check", "--fast"]}, "command", Check(command=("./check", "--fast"))),
        ({"command": "./check && true"}, "command", Check(command=("/bin/sh", "-c", "./check && true"))),
        ({"command": [], "path": "", "listening": False}, "uptime", Check()),
        ({"attempts": 0, "timeout": 0, "wait": 0, "port": 0}, "uptime", Check()),
        ({"attempts": None}, "uptime", Check()),
    ],
)
def test_a_check_is_read(given, kind, expected):
    assert check(**given) == expected
    assert expected.kind == kind


def test_a_process_may_have_several_checks():
    one, two = {"path": "/"}, {"uptime": 5}
    found = parse(json.dumps({"healthchecks": {"web": [one, two], "worker": [two]}})).checks
    assert [[each.kind for each in checks] for checks in found.values()] == [["path", "uptime"], ["uptime"]]


def test_the_formation_is_read_where_it_says_how_many():
    found = parse('{"formation": {"web": {"quantity": 2}, "worker": {"quantity": 0}, "clock": {"max_parallel": 1}}}')
    assert found.formation == {"web": 2, "worker": 0}


def test_the_environment_may_be_a_value_or_a_wish():
    text = """{"env": {"MODE": "fast", "URL": {"description": "where"}, "KEY": {"generator": "secret"},
               "DEBUG": {"required": false}, "LEVEL": {"value": "3"}, "EMPTY": ""}}"""
    assert parse(text).environment == (
        Wish("MODE", "fast"),
        Wish("URL"),
        Wish("KEY", is_generated=True),
        Wish("DEBUG", is_required=False),
        Wish("LEVEL", "3"),
        Wish("EMPTY", ""),
    )


def test_the_scripts_are_read():
    found = parse('{"scripts": {"dokku": {"predeploy": "a", "postdeploy": "b"}, "postdeploy": "c", "test": "d"}}')
    assert (found.predeploy, found.postdeploy, found.first_postdeploy) == ("a", "b", "c")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "app.json, line 1: this is not JSON"),
        ('{\n"a": 1,\n}', "app.json, line 3: this is not JSON"),
        ("[]", "app.json must be an object"),
        ('{"env": {"A": "1", "A": "2"}}', "'A' is there twice"),
        ("[" * 100_000, "nested too deep"),
        ('{"a": ' + "9" * 5_000 + "}", "number that is too long"),
        (" " * 300_000, "too long: at most 256 KB"),
        ('{"healthchecks": []}', "healthchecks must be an object"),
        ('{"healthchecks": {"web": {}}}', "healthchecks.web must be a list"),
        ('{"healthchecks": {"web": [1]}}', "healthchecks.web[0] must be an object"),
        ('{"formation": {"web": 2}}', "formation.web must be an object"),
        ('{"formation": {"web": {"quantity": -1}}}', "formation.web.quantity must be a whole number from 0 to 100"),
        ('{"formation": {"web": {"quantity": "2"}}}', "formation.web.quantity must be a whole number"),
        ('{"formation": {"web": {"quantity": true}}}', "formation.web.quantity must be a whole number"),
        ('{"env": {"A-B": "1"}}', "'A-B' cannot be the name of a variable"),
        ('{"env": {"A": 1}}', "env.A must be an object"),
        ('{"env": {"A": {"value": 1}}}', "env.A.value must be a text"),
        ('{"env": {"A": {"required": 1}}}', "env.A.required must be true or false"),
        ('{"env": {"A": "a\\u0000b"}}', "env.A has signs that are no text"),
        ('{"env": {"A": "\\ud800"}}', "env.A has signs that are no text"),
        ('{"scripts": "a"}', "scripts must be an object"),
        ('{"scripts": {"dokku": {"predeploy": ["a"]}}}', "scripts.dokku.predeploy must be a text"),
    ],
)
def test_what_is_wrong_is_named(text, said):
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert said in refused.value.message


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"type": "start"}, "healthchecks.web[0].type must be startup, readiness or liveness, not 'start'"),
        ({"path": "health"}, "healthchecks.web[0].path must begin with /"),
        ({"path": "/a b"}, "hold no blanks"),
        ({"path": "/a\r\nHost: b"}, "hold no blanks"),
        ({"path": "/", "command": ["a"]}, "has command and path. A check looks at one of them"),
        ({"uptime": 3, "listening": True}, "has uptime and listening"),
        ({"command": [1]}, "healthchecks.web[0].command[0] must be a text"),
        ({"command": {}}, "healthchecks.web[0].command must be a list"),
        ({"port": 70_000}, "port must be a whole number from 0 to 65535"),
        ({"attempts": 1.5}, "attempts must be a whole number"),
        ({"timeout": 4_000}, "timeout must be a whole number from 0 to 3600"),
        ({"scheme": "ftp"}, "scheme must be http or https"),
        ({"warn": "yes"}, "warn must be true or false"),
        ({"httpHeaders": {"Host": "a"}}, "httpHeaders must be a list"),
        ({"httpHeaders": [{"name": "A:", "value": "b"}]}, "httpHeaders[0] is not a header of HTTP"),
        ({"httpHeaders": [{"name": "A", "value": "b\nC: d"}]}, "httpHeaders[0] is not a header of HTTP"),
        ({"httpHeaders": [{"value": "b"}]}, "httpHeaders[0] is not a header of HTTP"),
    ],
)
def test_a_wrong_check_is_named(given, said):
    with pytest.raises(Invalid) as refused:
        check(**given)
    assert said in refused.value.message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["healthchecks", "web", "formation", "quantity", "env", "scripts", "dokku", "path", "command"]
            ),
            inner,
        )
    ),
)


@given(JSON)
def test_any_json_is_read_or_refused(value):
    try:
        found = parse(json.dumps(value))
    except Invalid:
        return
    assert all(check.kind for checks in found.checks.values() for check in checks)
