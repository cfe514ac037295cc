"""What stands between two lines: what happened to a container, to the engine, to an app."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from paas.broadcast import Marker
from paas.engine.containers import Details
from paas.logs.reading.cursor import stamp_of
from paas.logs.reading.lines import LogLine

Note = tuple[str, str, float]
"""What happened to an app, as others tell: a kind, a sentence and seconds since 1970."""

Notes = Callable[[int, float, float], Iterable[Note]]
"""Tells what happened to the app of an id between two times."""


class Happening(NamedTuple):
    """A marker that has no place yet. ``time`` has nine decimals, so that it sorts as lines' do."""

    time: str
    kind: str
    message: str
    process: str = ""
    container: str = ""

    def at(self, position: str) -> Marker:
        return Marker(self.kind, self.message, self.time, position, self.process)


def noted(note: Note) -> Happening:
    kind, message, at = note
    return Happening(stamp_of(at).decode(), kind, message)


def of_last_run(details: Details, title: str) -> list[Happening]:
    """What the engine still knows of the container's past: when its last run began, and how it ended."""
    if details.started_at.startswith("0001-"):
        return []
    found = [Happening(sortable(details.started_at), "started", f"{title} started", title, details.id)]
    if not details.is_running and not details.finished_at.startswith("0001-"):
        sentence = ended_sentence(details, title)
        found.append(Happening(sortable(details.finished_at), "exited", sentence, title, details.id))
    return found


def ended_sentence(details: Details, title: str) -> str:
    """How the last run of the container with this title ended, in words."""
    if details.state == "created":
        return f"{title} has not been started yet"
    reason = " (out of memory)" if details.out_of_memory else ""
    return f"{title} exited with code {details.exit_code}{reason}"


def among(lines: Sequence[LogLine], happenings: Iterable[Happening]) -> list[tuple[int, Happening]]:
    """Each, in order, with the number of lines that stand before it."""
    placed, at = [], 0
    for happening in sorted(happenings):
        while at < len(lines) and lines[at].time <= happening.time:
            at += 1
        placed.append((at, happening))
    return placed


def sortable(time: str) -> str:
    """A time of the engine with all its nine decimals: it leaves out zeros at the end."""
    whole, _, fraction = time.removesuffix("Z").partition(".")
    return f"{whole}.{fraction:0<9}Z"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
