"""``users``, and what all commands have in common."""

import os
import pty
import subprocess
import sys

import pytest

from paas.accounts import audit, users
from paas.accounts.permissions import Actor, Role
from paas.cli import audited
from paas.cli.main import main

PASSWORD = "correct horse"


@pytest.mark.parametrize("args", [[], ["--help"], ["-h"], ["users", "--help"], ["users", "add", "--help"]])
def test_help_names_the_commands(run, args):
    done = run(*args)
    assert "users" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_help_at_the_top_names_every_command_with_its_arguments(run):
    shown = run("--help").stdout
    assert "users add NAME --role owner|admin|member" in shown
    assert "users list" in shown


@pytest.mark.parametrize("typed", [f"{PASSWORD}\n", PASSWORD, f"{PASSWORD}\r\n", f"{PASSWORD}\nmore lines\n"])
def test_password_is_the_first_line_of_standard_input(run, database, typed):
    done = run("users", "add", "Ada", "--role", "owner", typed=typed)
    assert (done.returncode, done.stdout, done.stderr) == (0, "Added Ada (owner).\n", "")
    assert users.authenticate(database, "ada", PASSWORD).role is Role.OWNER


def test_users_are_listed_by_name(run):
    for name, role in (("bob", "member"), ("Ada", "owner")):
        run("users", "add", name, "--role", role, typed=PASSWORD)
    lines = run("users", "list").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["Ada", "owner"], ["bob", "member"]]


def test_empty_list_says_how_to_begin(run):
    done = run("users", "list")
    assert (done.returncode, done.stdout) == (0, "")
    assert "users add NAME --role owner" in done.stderr


@pytest.mark.parametrize(
    ("args", "typed", "says"),
    [
        (["users", "add", "a b", "--role", "owner"], PASSWORD, "The username must have"),
        (["users", "add", "ada", "--role", "owner"], "short", "at least 10 characters"),
        (["users", "add", "ada", "--role", "owner"], "\n", "at least 10 characters"),
    ],
)
def test_problem_is_one_sentence_and_status_1(run, args, typed, says):
    done = run(*args, typed=typed)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_taken_name_is_a_problem(run):
    run("users", "add", "ada", "--role", "owner", typed=PASSWORD)
    done = run("users", "add", "ADA", "--role", "member", typed=PASSWORD)
    assert (done.returncode, "There is a user ADA already" in done.stderr) == (1, True)


def test_wrong_setting_is_a_problem(run):
    done = run("users", "list", PAAS_DATADIR="/tmp")
    assert done.returncode == 1
    assert "Unknown setting PAAS_DATADIR" in done.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["users", "add", "ada"],
        ["users", "add", "--role", "owner"],
        ["users", "add", "ada", "--role", "king"],
        ["users", "add", "ada", "--role", "owner"],  # and nothing on standard input
        ["users", "drop"],
        ["nonsense"],
    ],
)
def test_wrong_use_is_status_2(run, args):
    done = run(*args)
    assert done.returncode == 2
    assert "Usage:" in done.stderr


def test_member_is_given_an_app_and_it_is_taken_away(run):
    run("users", "add", "bob", "--role", "member", typed=PASSWORD)
    run("apps", "create", "shop", "--image", "nginx:1.27")
    given = run("users", "grant", "bob", "shop", "deploy")
    assert (given.returncode, given.stdout) == (0, "bob may deploy shop.\n")
    assert run("users", "grants", "shop").stdout == "bob  deploy\n"
    assert run("users", "withdraw", "bob", "shop").stdout == "bob may not use shop any more.\n"
    again = run("users", "withdraw", "bob", "shop")
    assert (again.returncode, "has no grant" in again.stderr) == (1, True)


def test_role_is_changed_and_a_user_removed_by_their_name(run):
    run("users", "add", "ada", "--role", "owner", typed=PASSWORD)
    run("users", "add", "bob", "--role", "member", typed=PASSWORD)
    assert run("users", "role", "bob", "admin").stdout == "bob is admin now.\n"
    assert "give their name: bob" in run("users", "remove", "bob", typed="bobby\n").stderr
    assert run("users", "remove", "bob", typed="bob\n").returncode == 0
    assert "is the owner" in run("users", "remove", "ada", typed="ada\n").stderr


def test_two_factor_sign_in_is_turned_off_for_who_has_lost_it(run):
    run("users", "add", "bob", "--role", "member", typed=PASSWORD)
    assert run("users", "two-factor-off", "bob").stdout == "bob signs in by the password alone.\n"
    assert "There is no user" in run("users", "two-factor-off", "eve").stderr


def at_a_terminal(environment, *args, answers):
    """Run with a terminal as standard input and output; what it showed, and its status."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", "paas", *args], environment)  # noqa: S606
    shown = b""
    try:
        while chunk := os.read(terminal, 1024):
            shown += chunk
            if answers and shown.endswith(b": "):  # with its blank: echoing is off by then
                os.write(terminal, answers.pop(0).encode() + b"\n")
    except OSError:
        pass  # Linux's way of saying that the other side is closed
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_terminal_asks_twice_and_shows_nothing(environment, database):
    answers = [PASSWORD, "something else", PASSWORD, PASSWORD]
    shown, status = at_a_terminal(environment, "users", "add", "ada", "--role", "admin", answers=answers)
    assert status == 0
    assert "Added ada (admin)." in shown
    assert "The same again" in shown
    assert PASSWORD not in shown
    assert users.authenticate(database, "ada", PASSWORD).role is Role.ADMIN


def test_command_line_loads_no_web_server_and_no_engine(environment):
    code = "import sys, paas.cli.main; print(sorted({'flask', 'eventlet', 'docker', 'socketio'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_what_commands_change_stands_in_the_audit_log(run, database):
    run("users", "add", "bob", "--role", "member", typed=PASSWORD)
    run("users", "add", "bob", "--role", "member", typed=PASSWORD)
    run("apps", "create", "shop", "--image", "nginx:1.27")
    run("apps", "environment", "shop")
    run("users", "list")
    with database.session() as session:
        found = audit.find(session, Actor(0, "", Role.OWNER), audit.Filter())
    assert [(each.action, each.subject, each.result, each.door) for each in reversed(found)] == [
        ("add user", "user bob", "done", "cli"),
        ("add user", "user bob", "failed", "cli"),
        ("create app", "app shop", "done", "cli"),
    ]
    assert found[0].username.endswith(" (command line)")


def test_every_command_is_known_to_the_audit_log():
    def names(group, before=""):
        for name, command in group.commands.items():
            yield from names(command, f"{name} ") if hasattr(command, "commands") else [before + name]

    assert set(names(main)) == set(audited.COMMANDS) | set(audited.READ)
