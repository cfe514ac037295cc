"""A Procfile: which processes an app has, the command of each, and how many containers. Pure.

Strict, as a merge mark that is taken for a process would be deployed.
"""

import re
from collections.abc import Mapping

from paas.errors import Invalid

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
COMMENT = re.compile(r"\s#")
RELEASE = "release"
MOST_PROCESSES = 50
LONGEST = 64 * 1024


def parse(text: str, name: str = "Procfile") -> dict[str, str]:
    """The command of each process, in the file's order. Invalid names the first line that is wrong."""
    if len(text) > LONGEST:
        raise Invalid(f"{name} is too long: at most 64 KB are read.")
    processes: dict[str, str] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            process, command = _process(line.rstrip(), f"{name}, line {number}")
            if process in processes:
                raise Invalid(f"{name}, line {number}: {process} is there already. Each process has one line.")
            processes[process] = command
    if not processes:
        raise Invalid(f"{name} has no process. Write a line such as web: python app.py, or delete the file.")
    if len(processes) > MOST_PROCESSES:
        raise Invalid(f"{name} has {len(processes)} processes; at most {MOST_PROCESSES} can be run.")
    return processes


def formation(processes: Mapping[str, str], *, kept: Mapping[str, int], locked: Mapping[str, int]) -> dict[str, int]:
    """How many containers each process gets, web first: what app.json locks, else what was kept for the app, else one
    for web and none for the others. ``release`` is not among them: it runs once."""
    names = sorted((name for name in processes if name != RELEASE), key=lambda name: name != "web")
    return {name: locked.get(name, kept.get(name, int(name == "web"))) for name in names}


def _process(line: str, place: str) -> tuple[str, str]:
    process, colon, rest = line.partition(":")
    if not colon or not LABEL.fullmatch(process):
        raise Invalid(
            f"{place}: {_short(line)} is not a process and its command. It must look like web: python app.py, the name "
            "of letters a to z in lower case, digits and -, at most 63."
        )
    if not rest.replace("\t", " ").isprintable():
        raise Invalid(f"{place}: the command of {process} has signs that cannot be printed. Delete them.")
    command = _without_comment(rest, place).strip()
    if not command:
        raise Invalid(f"{place}: {process} has no command.")
    return process, command


def _without_comment(rest: str, place: str) -> str:
    """A comment begins with a # after white space; within quotes it is one sign among others."""
    quote = ""
    is_escaped = False
    for at, sign in enumerate(rest):
        if is_escaped:
            is_escaped = False
        elif sign == "\\" and quote != "'":
            is_escaped = True
        elif quote or sign in "'\"":
            quote = quote.replace(sign, "") if quote else sign
        elif COMMENT.match(rest, at):
            return rest[:at]
    if quote:
        raise Invalid(f"{place}: a {quote} is opened and not closed.")
    return rest


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
