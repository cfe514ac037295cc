"""``tokens``: made, listed and withdrawn for a user, by whoever runs the server."""

import pytest

from paas.accounts import api_tokens, users
from paas.accounts.permissions import Action, Role, may

PASSWORD = "a long enough password"


@pytest.fixture
def bob(database):
    database.migrate()
    return users.add(database, "bob", PASSWORD, role=Role.ADMIN)


def found(database, text):
    with database.session() as session:
        return api_tokens.find(session, text, address="")


def test_token_is_printed_alone_once_and_counts_until_it_is_withdrawn(run, database, bob):
    made = run("tokens", "create", "bob", "backup of logs", "--days", "30")
    assert made.returncode == 0, made.stderr
    text = made.stdout.strip()
    actor = found(database, text)
    assert (actor.username, may(actor, Action.SEE_CONTAINERS), may(actor, Action.CREATE_APPS)) == ("bob", True, False)

    listed = run("tokens", "list", "bob").stdout
    assert "read" in listed
    assert "backup of logs" in listed
    assert text not in listed

    withdrawn = run("tokens", "withdraw", "bob", listed.split()[0])
    assert (withdrawn.returncode, withdrawn.stderr) == (0, "")
    assert found(database, text) is None
    assert run("tokens", "list", "bob").stdout == ""


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["create", "nobody", "x"], "There is no user 'nobody'."),
        (["create", "bob", "x", "--days", "0"], "A token lives 1 to 365 days."),
        (["create", "bob", " "], "Give the token a name of 1 to 64 characters"),
        (["withdraw", "bob", "7"], "There is no such token."),
    ],
)
def test_problem_is_one_sentence_and_status_1(run, bob, args, says):
    done = run("tokens", *args)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
