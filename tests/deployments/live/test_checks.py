"""Health checks of real containers: what passes, what fails, and what is said."""

import pytest

from paas.apps import environment
from paas.apps.variables import Variable
from tests.deployments.live.yard import ADA
from tests.end_to_end import samples

ONCE = {"attempts": 1, "wait": 1, "timeout": 2}


def app(yard, *checks, command=None, **fields):
    dockerfile = samples.dockerfile(command=command) if command else samples.DOCKERFILE
    return yard.app(samples.web("version 1", dockerfile=dockerfile, checks=checks), **fields)


@pytest.mark.parametrize(
    "check",
    [
        {"path": "/", "content": "version 1"},
        {"listening": True},
        {"command": ["sh", "-c", "test -f /www/index.html"]},
        {"command": "test $DYNO = web.1"},
        {"uptime": 1},
    ],
    ids=str,
)
def test_a_version_that_passes_is_deployed(yard, check):
    made = yard.deploy(app(yard, {**check, "attempts": 5, "wait": 1}))
    assert "web.1 is up" in yard.log(made)


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ({"path": "/missing", **ONCE}, "web.1: the check /missing failed: /missing on port 5000 answers 404"),
        (
            {"path": "/", "content": "other", "name": "shows it", **ONCE},
            "'shows it' failed: .* without 'other'",
        ),
        ({"listening": True, "port": 81, **ONCE}, "nothing listens on port 81"),
        ({"command": ["sh", "-c", "echo not ready; exit 2"], **ONCE}, "sh ended with exit code 2: not ready"),
        ({"command": ["no-such-program"], **ONCE}, "no-such-program"),
    ],
    ids=str,
)
def test_a_version_that_fails_its_check_is_not(yard, check, words):
    failed = yard.deploy(app(yard, check), status="failed")
    assert failed.stage == "checking"
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(failed.error_message)


def test_a_check_that_only_warns_stops_nothing(yard):
    made = yard.deploy(app(yard, {"path": "/missing", "warn": True, **ONCE}, {"uptime": 0}))
    assert "answers 404 Not Found. The check only warns." in yard.log(made)


def test_checks_for_a_running_app_are_not_asked_of_a_new_one(yard):
    """``readiness`` and ``liveness`` are for later; without a ``startup`` check the app has to stay up for a while."""
    command = '["sh", "-c", "sleep 1; echo gave up; exit 4"]'
    failed = yard.deploy(app(yard, {"type": "liveness", "path": "/missing", **ONCE}, command=command), status="failed")
    assert "web.1 ended with exit code 4 after 1" in failed.error_message
    assert "Its last words: gave up" in failed.error_message


def test_memory_that_is_not_enough_is_named(yard):
    command = '["sh", "-c", "x=a; while true; do x=$x$x; done"]'
    failed = yard.deploy(app(yard, {"uptime": 20}, command=command, memory_bytes=8 << 20), status="failed")
    assert "web.1 ran out of memory" in failed.error_message


def test_what_a_container_says_at_its_end_is_blanked_where_it_is_secret(yard):

    shop = app(yard, {"uptime": 5}, command='["sh", "-c", "echo cannot use $TOKEN; exit 1"]')
    with yard.means.database.session() as session:
        environment.set_one(session, yard.means.vault, ADA, shop, Variable("TOKEN", "s3cr3t-words", is_secret=True))
    failed = yard.deploy(shop, status="failed")
    assert "cannot use [secret]" in failed.error_message
    assert "s3cr3t" not in yard.log(failed)
