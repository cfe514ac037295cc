"""From a Procfile's command to the words that a container is started with. Pure.

A program should be the first process of its container, or a shell stands between it and the signal to stop, and the
image needs no shell then. So a command of plain words is started as it is, its variables filled in; one that only a
shell understands, but that is one command, is started by a shell which it replaces; the rest by a shell that stays.
"""

import re
import shlex
from collections.abc import Mapping

VARIABLE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))", re.ASCII)
PLAIN = re.compile(r"[\w@%+=:,./ -]*", re.ASCII)
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=", re.ASCII)
SEVERAL = re.compile(r"[;&|()<>`\n!{}]|\$\(")
OF_THE_SHELL = frozenset(
    {".", ":", "alias", "case", "cd", "command", "eval", "exec", "exit", "export", "for", "if", "read", "return", "set"}
    | {"shift", "source", "times", "trap", "type", "ulimit", "umask", "unset", "until", "wait", "while"}
)


def arguments(command: str, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The words to start ``command`` with in a container that has this environment."""
    filled = VARIABLE.sub(lambda found: _plain_value(found, environment), command)
    if PLAIN.fullmatch(filled) and not _needs_shell(filled):
        return tuple(shlex.split(filled))
    without_variables = VARIABLE.sub("", command)
    is_one = not SEVERAL.search(without_variables) and not _needs_shell(command)
    return ("/bin/sh", "-c", f"exec {command}" if is_one else command)


def _plain_value(found: re.Match[str], environment: Mapping[str, str]) -> str:
    """Left to the shell where the value is unknown or could be taken apart in another way than a shell does."""
    value = environment.get(found[1] or found[2], "$")
    return value if PLAIN.fullmatch(value) else found[0]


def _needs_shell(command: str) -> bool:
    first = command.split(maxsplit=1)[0] if command.strip() else ""
    return bool(ASSIGNMENT.match(first)) or first in OF_THE_SHELL
