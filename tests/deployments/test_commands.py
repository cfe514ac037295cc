"""How a Procfile's command becomes the words that a container is started with."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.deployments.plans.commands import arguments

KNOWN = {"PORT": "5000", "OPTIONS": "--a --b", "ODD": "it's; a $HOME"}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("python app.py", ("python", "app.py")),
        ("gunicorn  --bind 0.0.0.0:$PORT app:app", ("gunicorn", "--bind", "0.0.0.0:5000", "app:app")),
        ("gunicorn -b :${PORT} shop.wsgi", ("gunicorn", "-b", ":5000", "shop.wsgi")),
        ("gunicorn $OPTIONS app", ("gunicorn", "--a", "--b", "app")),
    ],
)
def test_plain_words_are_started_without_a_shell(command, words):
    assert arguments(command, KNOWN) == words


@pytest.mark.parametrize(
    "command",
    [
        "echo '$PORT'",
        'python -c "print(1)"',
        "ls *.py",
        "serve --home $HOME",
        "serve ${PORT:-80}",
        "serve $ODD",
        "serve ~/x",
        r"serve a\ b",
    ],
)
def test_one_command_that_only_a_shell_understands_replaces_the_shell(command):
    words = arguments(command, KNOWN)
    assert words[:2] == ("/bin/sh", "-c")
    assert words[2] in (command, f"exec {command}")


@pytest.mark.parametrize(
    "command",
    ["cd src && serve", "A=1 python app.py", "a | b", "sleep 1; serve", "(serve)", "a &", "exec a", "a > b", "exit 1"],
)  # fmt: skip
def test_what_is_more_than_one_command_is_left_to_the_shell_as_it_is(command):
    assert arguments(command, KNOWN) == ("/bin/sh", "-c", command)


WORDS = st.text(alphabet="abc ./:=-$P{}OR'\"", max_size=20).filter(lambda text: "$$" not in text)  # the shell's own id
SAFE = WORDS.map(lambda text: f"printf '%s\\n' {text}")


@given(SAFE)
def test_the_words_are_those_of_a_shell(command):
    """Whatever way is taken, the program gets what a shell would have given it."""
    environment = {"PORT": "5000", "P": "x y", "PATH": "/usr/bin:/bin"}
    as_ours = subprocess.run(arguments(command, environment), env=environment, capture_output=True, check=False)
    as_shell = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, check=False)
    assert (as_ours.stdout, as_ours.returncode == 0) == (as_shell.stdout, as_shell.returncode == 0)
