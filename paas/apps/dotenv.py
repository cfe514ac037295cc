"""An environment as text, in the form of a ``.env`` file. Pure.

    # a comment
    #: secret build          what the next variable is: secret or plain; run, build or both
    KEY=value                to the end of the line; " #" begins a comment
    export KEY='as it is'    single quotes: nothing has a meaning inside them
    KEY="a\\nb"               double quotes: \\n \\r \\t \\" \\\\ \\$

A quoted value may go over several lines. ``$`` has no meaning anywhere: what is written is what the app gets. Where no
``#:`` line says what a variable is, it stays what it was; a new one is a secret if its name looks like one.
"""

import re
from collections.abc import Iterable, Mapping

from paas.apps.variables import PLACEHOLDER, Phase, Variable, check_key, completed, looks_secret
from paas.errors import Invalid

BARE = re.compile(r"[A-Za-z0-9_./:@%+,=~?&-]*", re.ASCII)
ASSIGNMENT = re.compile(r"[ \t]*(?:export[ \t]+)?([^\s=#'\"]+)[ \t]*=[ \t]*")
REST = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}
ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}

Marks = tuple[bool | None, Phase | None]
NO_MARKS: Marks = (None, None)


def parse(text: str, before: Iterable[Variable] = ()) -> tuple[Variable, ...]:
    """The variables in the order of the text; Invalid names the line. Secrets may still be placeholders."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    known = {variable.key: variable for variable in before}
    found: dict[str, tuple[int, Variable]] = {}
    at, marks = 0, NO_MARKS
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        first = text[at : _line_end(text, at)].strip()
        if first.startswith("#:"):
            marks, at = _marks(first, line), _line_end(text, at) + 1
        elif not first or first.startswith("#"):
            at = _line_end(text, at) + 1
        else:
            key, value, at = _assignment(text, at, line)
            _refuse_twice(found, key, line)
            is_secret, phase = marks
            variable = completed(key, value, is_secret=is_secret, phase=phase, before=known.get(key))
            found[key] = (line, variable)
            marks = NO_MARKS
    return tuple(variable for _, variable in found.values())


def write(variables: Iterable[Variable]) -> str:
    """The text of these variables, with placeholders for secrets; ``parse`` reads it back as the same."""
    return "".join(f"{_said(variable)}{variable.key}={quoted(variable.shown)}\n" for variable in variables)


def quoted(value: str) -> str:
    if BARE.fullmatch(value) or value == PLACEHOLDER:
        return value
    return '"' + "".join(ESCAPED.get(character, character) for character in value) + '"'


def _said(variable: Variable) -> str:
    """Always told apart from what a new variable of this name would be, so that the text alone says everything."""
    words = [] if variable.is_secret == looks_secret(variable.key) else ["secret" if variable.is_secret else "plain"]
    words += [] if variable.phase is Phase.RUN else [variable.phase.value]
    return f"#: {' '.join(words)}\n" if words else ""


def _marks(line_text: str, line: int) -> Marks:
    is_secret, phase = NO_MARKS
    for word in line_text[2:].replace(",", " ").split():
        if word in ("secret", "plain"):
            is_secret = word == "secret"
        elif word in tuple(Phase):
            phase = Phase(word)
        else:
            raise Invalid(f"Line {line}: {word!r} is not one of secret, plain, run, build, both.")
    return is_secret, phase


def _assignment(text: str, at: int, line: int) -> tuple[str, str, int]:
    """Key, value, and where the next line begins."""
    begin = ASSIGNMENT.match(text, at)
    if begin is None:
        raise Invalid(f"Line {line} is not KEY=value, a comment or blank.")
    try:
        key = check_key(begin[1])
    except Invalid as error:
        raise Invalid(f"Line {line}: {error.message}") from error
    at = begin.end()
    if text[at : at + 1] in ('"', "'"):
        value, at = _quoted(text, at, line)
        rest = REST.match(text, at)
        if rest is None:
            raise Invalid(f"Line {line}: something follows the closing quote of {key}. Quote the whole value.")
        return key, value, rest.end()
    end = _line_end(text, at)
    return key, _bare(text[at:end]), end + 1


def _bare(text: str) -> str:
    return re.split(r"(?:^|[ \t])#", text, maxsplit=1)[0].strip()


def _quoted(text: str, at: int, line: int) -> tuple[str, int]:
    """The value, and where what follows its closing quote begins."""
    parts: list[str] = []
    quote, at = text[at], at + 1
    while at < len(text):
        if text[at] == quote:
            return "".join(parts), at + 1
        if text[at] == "\\" and quote == '"':
            escape = text[at + 1 : at + 2]
            if escape not in ESCAPES or not escape:
                raise Invalid(
                    f"Line {text.count(chr(10), 0, at) + 1}: \\{escape} has no meaning. For a backslash write \\\\."
                )
            parts.append(ESCAPES[escape])
            at += 2
        else:
            parts.append(text[at])
            at += 1
    raise Invalid(f"Line {line}: the quote {quote} is never closed.")


def _refuse_twice(found: Mapping[str, tuple[int, Variable]], key: str, line: int) -> None:
    if key in found:
        raise Invalid(f"Line {line}: {key} is there already, in line {found[key][0]}.")


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
