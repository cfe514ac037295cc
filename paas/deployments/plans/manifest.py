"""app.json: how an app's processes are checked, how many of them run, what their environment must hold. Pure.

Read as Dokku and Heroku do: what they know and we do not is passed over, what we read must be right.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from paas.errors import Invalid

T = TypeVar("T")

LONGEST = 256 * 1024
TYPES = ("startup", "readiness", "liveness")
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
MOST_CONTAINERS, MOST_CHECKS, MOST_ATTEMPTS, MOST_SECONDS = 100, 20, 1_000, 3_600


@dataclass(frozen=True)
class Check:
    """One look at a new container: at a ``path`` of its web server, by a ``command`` run in it, whether it listens, or
    whether it has been up for so long; ``kind`` says which. ``port`` None is the process's own. With ``is_warning`` a
    failure is told and stops nothing."""

    type: str = "startup"
    name: str = ""
    path: str = ""
    command: tuple[str, ...] = ()
    is_listening: bool = False
    uptime_seconds: int = 0
    port: int | None = None
    scheme: str = "http"
    content: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    attempts: int = 3
    timeout_seconds: int = 5
    wait_seconds: int = 5
    initial_delay_seconds: int = 0
    is_warning: bool = False

    @property
    def kind(self) -> str:
        given = {"command": self.command, "path": self.path, "listening": self.is_listening}
        return next((kind for kind, value in given.items() if value), "uptime")


@dataclass(frozen=True)
class Wish:
    """What the environment should hold: ``value`` where the app has none of its own, for ``is_generated`` a secret
    that is made once. Without any of these a deployment fails if ``is_required``."""

    key: str
    value: str | None = None
    is_required: bool = True
    is_generated: bool = False


@dataclass(frozen=True)
class Manifest:
    """What app.json says. ``checks`` and ``formation`` are by process; a ``formation`` cannot be changed elsewhere."""

    checks: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    formation: Mapping[str, int] = field(default_factory=dict)
    environment: tuple[Wish, ...] = ()
    predeploy: str = ""
    postdeploy: str = ""
    first_postdeploy: str = ""
    """Runs after the first deployment that succeeds, and never again."""


def parse(text: str) -> Manifest:
    """Invalid names the place that is wrong."""
    whole = _object(_json(text), "app.json")
    scripts = _object(whole.get("scripts"), "scripts")
    ours = _object(scripts.get("dokku"), "scripts.dokku")
    return Manifest(
        checks=_each(whole.get("healthchecks"), "healthchecks", _checks),
        formation=_formation(whole.get("formation")),
        environment=tuple(_each(whole.get("env"), "env", _wish).values()),
        predeploy=_text(ours, "predeploy", "scripts.dokku"),
        postdeploy=_text(ours, "postdeploy", "scripts.dokku"),
        first_postdeploy=_text(scripts, "postdeploy", "scripts"),
    )


def _json(text: str) -> object:
    if len(text) > LONGEST:
        raise Invalid("app.json is too long: at most 256 KB are read.")
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise Invalid(f"app.json, line {error.lineno}: this is not JSON: {error.msg}.") from error
    except (RecursionError, ValueError) as error:
        raise Invalid("app.json is nested too deep, or has a number that is too long.") from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    whole = dict(pairs)
    if len(whole) < len(pairs):
        twice = next(key for key, _ in pairs if [other for other, _ in pairs].count(key) > 1)
        raise Invalid(f"app.json: {twice!r} is there twice in one object.")
    return whole


def _formation(given: object) -> dict[str, int]:
    found = _each(given, "formation", _object)
    return {
        process: _number(wanted, "quantity", f"formation.{process}", least=0, most=MOST_CONTAINERS)
        for process, wanted in found.items()
        if wanted.get("quantity") is not None
    }


def _checks(given: object, place: str) -> tuple[Check, ...]:
    checks = _list(given, place)
    if len(checks) > MOST_CHECKS:
        raise Invalid(f"app.json: {place} has more than {MOST_CHECKS} checks.")
    return tuple(_check(_object(each, f"{place}[{at}]"), f"{place}[{at}]") for at, each in enumerate(checks))


def _check(given: Mapping[str, object], place: str) -> Check:
    kinds = [kind for kind in ("command", "path", "uptime", "listening") if given.get(kind)]
    if len(kinds) > 1:
        raise Invalid(f"app.json: {place} has {' and '.join(kinds)}. A check looks at one of them.")
    seconds = {"least": 0, "most": MOST_SECONDS}
    return Check(
        type=_one_of(given, "type", place, TYPES),
        name=_text(given, "name", place),
        path=_path(given, place),
        command=_words(given.get("command"), f"{place}.command"),
        is_listening=_boolean(given, "listening", place),
        uptime_seconds=_number(given, "uptime", place, **seconds),
        port=_number(given, "port", place, least=0, most=65_535) or None,
        scheme=_one_of(given, "scheme", place, ("http", "https")),
        content=_text(given, "content", place),
        headers=_headers(given.get("httpHeaders"), f"{place}.httpHeaders"),
        # As Dokku has it, 0 is as good as nothing in these three.
        attempts=_number(given, "attempts", place, least=0, most=MOST_ATTEMPTS) or 3,
        timeout_seconds=_number(given, "timeout", place, **seconds) or 5,
        wait_seconds=_number(given, "wait", place, **seconds) or 5,
        initial_delay_seconds=_number(given, "initialDelay", place, **seconds),
        is_warning=_boolean(given, "warn", place),
    )


def _path(given: Mapping[str, object], place: str) -> str:
    path = _text(given, "path", place)
    if path and not (path.startswith("/") and path.isascii() and path.isprintable() and " " not in path):
        raise Invalid(f"app.json: {place}.path must begin with / and hold no blanks, for instance /health.")
    return path


def _headers(given: object, place: str) -> tuple[tuple[str, str], ...]:
    found = []
    for at, each in enumerate(_list(given, place)):
        header = _object(each, f"{place}[{at}]")
        name, value = _text(header, "name", f"{place}[{at}]"), _text(header, "value", f"{place}[{at}]")
        if not HEADER.fullmatch(name) or not (value.isascii() and value.isprintable()):
            raise Invalid(f"app.json: {place}[{at}] is not a header of HTTP.")
        found.append((name, value))
    return tuple(found)


def _words(given: object, place: str) -> tuple[str, ...]:
    """A command; a text instead of a list is run by a shell."""
    if isinstance(given, str):
        return ("/bin/sh", "-c", _plain(given, place)) if given.strip() else ()
    return tuple(_plain(word, f"{place}[{at}]") for at, word in enumerate(_list(given, place)))


def _wish(given: object, place: str) -> Wish:
    key = place.partition(".")[2]
    if not KEY.fullmatch(key):
        raise Invalid(f"app.json: env: {key!r} cannot be the name of a variable.")
    if isinstance(given, str):
        return Wish(key, _plain(given, place))
    wanted = _object(given, place)
    is_required = _boolean(wanted, "required", place, default=True)
    value = wanted.get("value")
    return Wish(
        key,
        None if value is None else _text(wanted, "value", place),
        is_required=is_required,
        is_generated=wanted.get("generator") == "secret",
    )


def _each(given: object, place: str, read: Callable[[object, str], T]) -> dict[str, T]:
    return {key: read(value, f"{place}.{key}") for key, value in _object(given, place).items()}


def _object(given: object, place: str) -> dict[str, object]:
    return _typed(given, {}, place, dict, "an object")


def _list(given: object, place: str) -> list[object]:
    return _typed(given, [], place, list, "a list")


def _text(given: Mapping[str, object], key: str, place: str) -> str:
    return _plain(given.get(key), f"{place}.{key}")


def _plain(given: object, place: str) -> str:
    """A text that can be put on a command line."""
    text = _typed(given, "", place, str, "a text")
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Invalid(f"app.json: {place} has signs that are no text.")
    return text


def _boolean(given: Mapping[str, object], key: str, place: str, *, default: bool = False) -> bool:
    return _typed(given.get(key), default, f"{place}.{key}", bool, "true or false")


def _number(given: Mapping[str, object], key: str, place: str, *, least: int, most: int) -> int:
    number = given.get(key) or 0
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        raise Invalid(f"app.json: {place}.{key} must be a whole number from {least} to {most}.")
    return number


def _one_of(given: Mapping[str, object], key: str, place: str, known: tuple[str, ...]) -> str:
    """The first of them where nothing is given."""
    word = _text(given, key, place) or known[0]
    if word not in known:
        raise Invalid(f"app.json: {place}.{key} must be {', '.join(known[:-1])} or {known[-1]}, not {word!r}.")
    return word


def _typed(given: object, default: T, place: str, kind: type[T], called: str) -> T:
    if given is None:
        return default
    if not isinstance(given, kind):
        raise Invalid(f"app.json: {place} must be {called}." if place != "app.json" else f"app.json must be {called}.")
    return given
