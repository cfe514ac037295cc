"""Where a reader stands in a log that several containers write together. Pure.

Nothing but clocks orders the lines of two containers, and a line can come late. So a place does not say how far
somebody is in the merged log, but how far in the log of each container: what comes after it is exact, in whichever
order the lines before it were shown. The position of a single line is a place too, of which only the time says what it
means for the other containers: ``is_whole`` is False until somebody has looked that up."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, Self

from paas.errors import Invalid
from paas.logs.reading.cursor import Cursor, nanoseconds, parse_position

MOST_CONTAINERS = 1_000

_PART = re.compile(r"([0-9a-f]{12})\.((?:[oe][0-9TZ:.-]*[0-9Z])?)(-?)(x?)", re.ASCII)
_CLOSE = "_"
"""Ends each part. It stands for itself in an address, where a ``+`` would be a space."""

_TOLD = "m"
"""Begins what was told: no container's id begins so."""

_ANY = "0" * 12


class Part(NamedTuple):
    """How far somebody is in one container's log: after the line at the cursor, or just before it (``is_before``).
    Without a cursor nothing of it is taken. ``has_ended``: the container had, and this was its last line."""

    cursor: Cursor | None = None
    is_before: bool = False
    has_ended: bool = False


class Place:
    """Texts of parts, by the first 12 digits of the containers' ids; of a container without one, nothing is taken.

    ``told`` is the time of the newest happening that was told; empty where that is not known.

    As text: ``<part>_<part>_``, where a part is ``<id>.`` or a line's position, and ``-`` or ``x`` after it; then
    ``m<time>_``, where something was told.
    """

    def __init__(self, parts: Mapping[str, str] | None = None, *, told: str = "", is_whole: bool = True) -> None:
        self._parts = dict(parts or {})
        self.told, self.is_whole = told, is_whole

    def __str__(self) -> str:
        parts = [*self._parts.values(), *([f"{_TOLD}{self.told}"] if self.told else [])]
        return "".join(f"{part}{_CLOSE}" for part in parts) or _CLOSE

    def __contains__(self, container: str) -> bool:
        return container[:12] in self._parts

    @property
    def containers(self) -> tuple[str, ...]:
        return tuple(self._parts)

    def copy(self) -> "Place":
        return Place(self._parts, told=self.told, is_whole=self.is_whole)

    def text(self, container: str) -> str:
        return self._parts.get(container[:12], f"{container[:12]}.")

    def part(self, container: str) -> Part:
        return _parsed(self.text(container))

    def is_level(self, other: "Place", container: str) -> bool:
        """Whether both are at the same line of a container."""
        return self.text(container).removesuffix("x") == other.text(container).removesuffix("x")

    def shown(self, container: str) -> str:
        """The position of the last line that is taken of a container; empty when none is."""
        part = self.part(container)
        return "" if part.cursor is None or part.is_before else self.text(container).removesuffix("x")

    def join(self, container: str) -> None:
        """Name a container of which nothing is taken yet."""
        self._parts.setdefault(container[:12], f"{container[:12]}.")

    def stop_before(self, position: str) -> None:
        """Nothing is taken from this line on; what lies before it is no concern of the place."""
        self.put(f"{position}-")

    def put(self, text: str) -> None:
        """Set one container's part; a line's position means that it is taken."""
        self._parts[text[:12]] = text

    def take(self, positions: Iterable[str]) -> Self:
        for position in positions:
            self._parts[position[:12]] = position
        return self

    def before(self, positions: Iterable[str]) -> "Place":
        """The place just before these lines, where this one is after them. They are in order."""
        earlier = self.copy()
        for position in reversed(tuple(positions)):
            earlier.stop_before(position)
        return earlier

    def begin(self, container: str) -> None:
        """The container has started, perhaps again."""
        self.put(self.text(container).removesuffix("x"))

    def end(self, container: str) -> None:
        """The container has ended, and all of its lines are taken."""
        text = self.text(container)
        self.put(text if text.endswith("x") else f"{text}x")

    def with_ends_of(self, other: "Place") -> Self:
        """Take over that a container has ended, where this place is at the same line of it."""
        for container, text in other._parts.items():
            if text == f"{self._parts.get(container)}x":
                self._parts[container] = text
        return self

    def time(self, container: str) -> str:
        """When the last line that is taken of a container was written, or the first that is not; empty before it."""
        cursor = self.part(container).cursor
        return cursor.stamp.decode() if cursor is not None else ""

    def last_time(self) -> str:
        """The time of the newest line that is taken; empty before the first."""
        return max((self.time(each) for each in self._parts if not self.part(each).is_before), default="")

    def next_time(self) -> str:
        """The time of the first line that is known not to be taken, else of the newest that is."""
        return min((self.time(each) for each in self._parts if self.part(each).is_before), default=self.last_time())

    def drop(self, container: str) -> None:
        self._parts.pop(container[:12], None)


def parse_place(text: str) -> Place:
    """The place of this text; Invalid for one that cannot be ours. A marker's position is that of what it follows."""
    body = re.sub(r"~\d{1,9}\Z", "", text, flags=re.ASCII)
    if _CLOSE not in body:
        parse_position(text)
        return Place({body[:12]: body}, is_whole=False)
    *parts, rest = body.split(_CLOSE)
    told = _time_told(parts.pop()) if parts[-1].startswith(_TOLD) else ""
    texts = {part[:12]: part for part in parts} if body != _CLOSE else {}
    if rest or len(texts) > MOST_CONTAINERS or (texts and len(texts) < len(parts)):
        raise _not_ours()
    for part in texts.values():
        _parsed(part)
    return Place(texts, told=told)


def _parsed(text: str) -> Part:
    match = _PART.fullmatch(text)
    if match is None or (match[3] and not match[2]):
        raise _not_ours()
    cursor = parse_position(f"{match[1]}.{match[2]}")[1] if match[2] else None
    return Part(cursor, bool(match[3]), bool(match[4]))


def _time_told(text: str) -> str:
    time = text.removeprefix(_TOLD)
    if parse_position(f"{_ANY}.o{time}")[1].stamp.decode() != time:
        raise _not_ours()
    return time


def just_after(time: str) -> str:
    """A nanosecond later."""
    second, fraction = divmod(nanoseconds(time.encode()) + 1, 1_000_000_000)
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%S}.{fraction:09}Z"


def _not_ours() -> Invalid:
    return Invalid("This position is not one of ours. Leave it out to read from the end of the log.")
