"""What one viewer was shown of numbered logs and told that it was not shown, held against what was written. Pure.

A line is ``<key> <container> ...``: keys grow within a container, over its restarts too, and the container's short id
says whose line it is, whichever log it is shown in.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

STREAMS = ("stdout", "stderr")


def packed(key: int, stream: str) -> int:
    """One number for a line: the same key may be written to both streams."""
    return key * 2 + STREAMS.index(stream)


def read_line(text: str, stream: str) -> tuple[str, int] | None:
    """The container and the packed number of a line of ours; None for any other."""
    key, _, rest = text.partition(" ")
    container = rest[:12]
    return (container, packed(int(key), stream)) if key.isdigit() and len(container) == 12 else None


class Written:
    """The lines of one container, in the order of its log; ``app`` is the number of the one it belongs to.

    Where a full disk has torn an entry, the engine passes over others near it, not the same ones in each read: which
    lines there are to be shown is then not known, only their order.
    """

    def __init__(self, lines: Iterable[int], *, app: int = 0, is_removed: bool = False, is_torn: bool = False) -> None:
        self.places = {line: place for place, line in enumerate(lines)}
        self.app, self.is_removed, self.is_torn = app, is_removed, is_torn

    @property
    def last(self) -> int:
        return next(reversed(self.places), -1)


@dataclass
class Shown:
    """Lines of one container as one viewer was shown them; ``skips`` are (how many were shown before, how many not)."""

    lines: array = field(default_factory=lambda: array("Q"))
    skips: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Account:
    """Takes what is shown and told of one watch in its order; who reconnects goes on with the same one.

    ``from_start`` is for those who watched before the first line was written. In the log of an ``app`` that is deployed
    lines of several containers alternate, so that a skip belongs to none of them.
    """

    from_start: bool = False
    app: int = 0
    shown: dict[str, Shown] = field(default_factory=dict)
    skipped: int = 0
    strangers: list[str] = field(default_factory=list)
    _untold: int = 0
    """Declared before the next row, or after the last."""

    def skip(self, count: int) -> None:
        self.skipped += count
        self._untold += count

    def show(self, text: str, stream: str) -> None:
        line = read_line(text, stream)
        if line is None:
            self.strangers.append(text[:80])
            return
        shown = self.shown.setdefault(line[0], Shown())
        if self._untold:
            shown.skips.append((len(shown.lines), self._untold))
            self._untold = 0
        shown.lines.append(line[1])

    @property
    def count(self) -> int:
        return sum(len(each.lines) for each in self.shown.values())

    def has_come_to(self, ends: Mapping[str, int]) -> bool:
        """Whether the last line that was shown of each of these containers is its last."""
        return all(each in self.shown and self.shown[each].lines[-1] == last for each, last in ends.items())

    def problems(self, written: Mapping[str, Written], ends: Iterable[str] = ()) -> list[str]:
        """A sentence for each thing that is wrong. Of the containers ``ends`` the last line must have come."""
        found = [f"shown but never written: {text!r}" for text in self.strangers[:3]]
        for container, shown in self.shown.items():
            of = written.get(container, Written(()))
            found += [f"{container}: {problem}" for problem in _order_problems(shown, of)]
        if found:
            return found
        found = self._merged_problems(written) if self.app else self._gap_problems(written)
        return found + [problem for each in ends for problem in self._end_problems(each, written[each])]

    def _gap_problems(self, written: Mapping[str, Written]) -> list[str]:
        found = []
        for number, (container, shown) in enumerate(self.shown.items()):
            if written[container].is_torn:
                continue
            places = written[container].places
            first, last = places[shown.lines[0]], places[shown.lines[-1]]
            declared = sum(count for before, count in shown.skips if before)
            missing = last - first + 1 - len(shown.lines)
            if declared != missing:
                found.append(f"{container}: {missing} lines are missing in the middle, {declared} were declared")
            at_first = sum(count for before, count in shown.skips if not before)
            if self.from_start and not number and at_first != first:
                found.append(f"{container}: {first} lines are missing at its beginning, {at_first} were declared")
        return found

    def _merged_problems(self, written: Mapping[str, Written]) -> list[str]:
        of_app = [each for each in written.values() if each.app == self.app]
        most = sum(len(each.places) for each in of_app)
        least = sum(len(each.places) for each in of_app if not (each.is_removed or each.is_torn))
        told = self.count + self.skipped
        if told > most:
            return [f"{told} lines were shown or declared, {most} were written"]
        if self.from_start and told < least:
            return [f"{told} lines were shown or declared, {least} were written to containers that are still there"]
        return []

    def _end_problems(self, container: str, written: Written) -> list[str]:
        if not written.places:
            return []
        shown = self.shown.get(container)
        if shown is None:  # who came at the end, and asked for no past, may have missed nothing
            said = f"{container}: nothing was shown of {len(written.places)} lines"
            return [said] if self.from_start else []
        behind = len(written.places) - 1 - written.places[shown.lines[-1]]
        return [f"{container}: the last {behind} lines are missing, {self._untold} were declared"] if behind else []


def _order_problems(shown: Shown, written: Written) -> Iterable[str]:
    places = [written.places.get(line, -1) for line in shown.lines]
    if -1 in places:
        yield f"{places.count(-1)} lines were shown but never written, the first after {places.index(-1)} others"
        return
    wrong = [(a, b) for a, b in pairwise(places) if b <= a]
    if wrong:
        yield f"{len(wrong)} lines stand twice or out of order, the first at line {wrong[0]} of {len(written.places)}"
