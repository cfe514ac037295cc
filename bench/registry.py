"""What a measure is, and the list of them in the order in which they run."""

import operator
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.stage import Stage

_COMPARISONS = {"<=": operator.le, "<": operator.lt, "=": operator.eq}


@dataclass(frozen=True)
class Figure:
    """One row of the table. A baseline that has no such figure is None and ``note`` says why.

    ``target`` is a comparison and a number, such as ``<= 25``; without one the figure is only reported.
    """

    what: str
    unit: str
    value: float
    seed: float | None = None
    floor: float | None = None
    target: str = ""
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        if not self.target:
            return None
        comparison, _, number = self.target.partition(" ")
        return bool(_COMPARISONS[comparison](self.value, float(number)))

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"is_met": self.is_met}


@dataclass(frozen=True)
class Measure:
    name: str
    what: str
    take: Callable[["Stage"], Iterable[Figure]]


MEASURES: dict[str, Measure] = {}


def measure(name: str, what: str):
    """Enter the function below as the measure of this name."""

    def enter(take):
        MEASURES[name] = Measure(name, what, take)
        return take

    return enter


def chosen(names: list[str]) -> list[Measure]:
    """Those that were named, by their name or the beginning of it; all when none was."""
    unknown = [name for name in names if not any(known.startswith(name) for known in MEASURES)]
    if unknown:
        raise SystemExit(f"There is no measure called {', '.join(unknown)}; --list names them.")
    return [one for one in MEASURES.values() if not names or one.name.startswith(tuple(names))]
