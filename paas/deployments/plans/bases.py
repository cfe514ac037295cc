"""Which images a Dockerfile begins with or copies from, as the engine's builder reads it. Pure.

Images of other apps stand on the same engine, and the builder asks nobody before it hands them out: what is found here
is looked at first. What could be read in two ways is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, takewhile

from paas.errors import Invalid

ESCAPE = re.compile(r"#[ \t]*escape[ \t]*=[ \t]*([`\\])[ \t]*", re.IGNORECASE)
ANY_ESCAPE = re.compile(r"#.*escape.*=", re.IGNORECASE)
VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::([-+])([^{}]*))?\})", re.ASCII)
FROM_FLAG = "--from="
SPECIAL = re.compile(r"[\"'\\`$]")
NOTHING = "scratch"
UNREADABLE = "\0"


@dataclass(frozen=True)
class Base:
    """``stages`` are the names of the stages before: triggers of the image may mean these."""

    image: str
    stages: frozenset[str]


def bases(dockerfile: str, args: Mapping[str, str]) -> list[Base]:
    """Every image of the engine or a registry that is built on or copied from, each once, in order. ``args`` are the
    values that the build is given; Invalid names what cannot be read."""
    reader = _Reader(args)
    for word, rest in _instructions(dockerfile):
        reader.take(word, rest)
    return list(reader.found.values())


def of_triggers(triggers: Iterable[str], stages: frozenset[str]) -> list[str]:
    """What the ``ONBUILD`` instructions of an image copy from, when it is built on after these stages."""
    copies = (flags for each in triggers for word, rest in _instructions(each) for flags, _ in [_flags(rest)])
    images = [_copied_from(flags) for flags in copies]
    return [image for image in images if image and not _is_stage(image, stages)]


class _Reader:
    """``stages`` are the names of those that are complete, ``stage`` is the one under way."""

    def __init__(self, args: Mapping[str, str]) -> None:
        self.found: dict[str, Base] = {}
        self._args, self._values = args, dict[str, str]()
        self._stages: frozenset[str] = frozenset()
        self._stage: str | None = None

    def take(self, word: str, rest: str) -> None:
        flags, rest = _flags(rest)
        if word == "ARG" and self._stage is None:
            self._values |= _defaults(rest, self._args, self._values)
        elif word == "FROM":
            self._begin_stage(rest.split())
        elif word == "COPY":
            self._add(_copied_from(flags))

    def _begin_stage(self, words: list[str]) -> None:
        self._stages |= {self._stage} if self._stage else set()
        self._stage = words[2].lower() if len(words) == 3 else ""
        self._add(_expanded(words[0], self._values) if words else "")

    def _add(self, image: str) -> None:
        if UNREADABLE in image:
            raise Invalid("What the Dockerfile begins FROM cannot be read: write the name of the image plainly.")
        if image and image != NOTHING and not _is_stage(image, self._stages):
            self.found.setdefault(image, Base(image, self._stages))


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each with its word in capitals, lines that go on joined."""
    lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
    goes_on = re.compile(rf"{re.escape(_escape(lines))}[ \t]*$")
    joined = ""
    for line in lines:
        if line.strip().startswith("#") or (joined and not line.strip()):
            continue
        end = goes_on.search(line)
        joined += line[: end.start()] if end else line
        if not end:
            yield from _instruction(joined)
            joined = ""
    yield from _instruction(joined)


def _instruction(line: str) -> Iterator[tuple[str, str]]:
    word, *rest = line.strip().split(maxsplit=1) or [""]
    if word:
        yield word.upper(), rest[0] if rest else ""


def _escape(lines: list[str]) -> str:
    """What lets a line go on, if the first line says so. Further down, builders differ in what they take for a
    directive, and could be made to see another file than this one."""
    chosen = ESCAPE.fullmatch(lines[0].strip())
    comments = takewhile(lambda line: line.strip().startswith("#"), lines)
    if any(ANY_ESCAPE.search(line) for line in islice(comments, 1 if chosen else 0, None)):
        raise Invalid("The escape directive of the Dockerfile must be its first line, and there only once.")
    return chosen[1] if chosen else "\\"


def _flags(rest: str) -> tuple[list[str], str]:
    """The words with ``--`` at the beginning, and what follows them."""
    flags = []
    while rest.lstrip().startswith("--"):
        flag, *others = rest.split(maxsplit=1)
        flags.append(flag)
        rest = others[0] if others else ""
    return flags, rest


def _copied_from(flags: Iterable[str]) -> str:
    for flag in flags:
        plain = re.sub(r"[\"'\\`]", "", flag)
        if plain.startswith(FROM_FLAG):
            if plain != flag:
                raise Invalid(f"{flag[:80]!r} of the Dockerfile cannot be read: write it without quotes.")
            return plain.removeprefix(FROM_FLAG)
    return ""


def _is_stage(image: str, stages: frozenset[str]) -> bool:
    return image.lower() in stages or re.fullmatch(r"[+-]?[0-9]+", image, re.ASCII) is not None


def _defaults(rest: str, args: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
    """What an ``ARG`` before the first ``FROM`` stands for: what is given, else its default."""
    found: dict[str, str] = {}
    for word in rest.split():
        name, _, default = word.partition("=")
        found[name] = args[name] if name in args else _expanded(default, {**values, **found})
    return found


def _expanded(word: str, values: Mapping[str, str]) -> str:
    """The word without quotes and with the values of its variables; ``UNREADABLE`` where it takes more to read it."""

    def value(found: re.Match[str]) -> str:
        known, sign, other = values.get(found[1] or found[2], ""), found[3], found[4] or ""
        if sign:
            return known if known and sign == "-" else _expanded(other, values) if bool(known) == (sign == "+") else ""
        return known

    quote = word[0] if len(word) > 1 and word[0] == word[-1] and word[0] in "'\"" else ""
    plain = word[1:-1] if quote else word
    if quote == "'":
        return plain if "'" not in plain else UNREADABLE
    return UNREADABLE if SPECIAL.search(VARIABLE.sub("", plain)) else VARIABLE.sub(value, plain)
