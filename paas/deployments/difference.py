"""What differs between two deployments of an app. Of the environment it gives names alone. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Side:
    """One deployment. ``environment``, ``processes`` (to commands) and ``scale`` are None when they are no longer
    kept."""

    number: int
    commit: str = ""
    subject: str = ""
    image_id: str = ""
    environment: Mapping[str, str] | None = None
    processes: Mapping[str, str] | None = None
    scale: Mapping[str, int] | None = None

    def __repr__(self) -> str:
        return f"Side({self.number})"  # without the values of the environment


@dataclass(frozen=True)
class Names:
    """What came, what went, and what has another value, each in alphabetical order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Difference:
    """From ``before`` to ``after``. Names are None where one side is no longer kept."""

    before: Side
    after: Side
    environment: Names | None
    processes: Names | None
    scale: Names | None

    @property
    def is_same_commit(self) -> bool:
        return self.before.commit == self.after.commit

    @property
    def is_same_image(self) -> bool:
        return self.before.image_id == self.after.image_id


def difference(before: Side, after: Side) -> Difference:
    return Difference(
        before,
        after,
        environment=_names(before.environment, after.environment),
        processes=_names(before.processes, after.processes),
        scale=_names(before.scale, after.scale),
    )


def _names(before: Mapping[str, object] | None, after: Mapping[str, object] | None) -> Names | None:
    if before is None or after is None:
        return None
    return Names(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(name for name in before.keys() & after.keys() if before[name] != after[name])),
    )
