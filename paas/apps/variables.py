"""Variables of an environment in plain values, and what they may be. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from paas.errors import Invalid

PLACEHOLDER = "••••••••"
"""Shown in the place of a secret; sent back, it stands for the value that is kept."""

RESERVED = frozenset({"PORT", "DYNO", "GIT_REV"})
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}", re.ASCII)
LOOKS_SECRET = re.compile(
    r"PASS|SECRET|TOKEN|CREDENTIAL|PRIVATE|(^|_)(KEY|DSN|PWD|SALT)(_|$)|(DATABASE|REDIS)_URL", re.IGNORECASE
)

# Linux takes no variable over 128 KiB, and for a process no more than 2 MB of all of them.
LONGEST_BYTES = 120_000
MOST_BYTES = 900_000


class Phase(StrEnum):
    """When a variable is there."""

    RUN = "run"
    BUILD = "build"
    BOTH = "both"


@dataclass(frozen=True)
class Variable:
    """``value`` is never part of a message or a log, be it a secret or not."""

    key: str
    value: str = field(repr=False)
    is_secret: bool = False
    phase: Phase = Phase.RUN

    @property
    def shown(self) -> str:
        """What people see of it."""
        return PLACEHOLDER if self.is_secret else self.value

    @property
    def is_in_run(self) -> bool:
        return self.phase in (Phase.RUN, Phase.BOTH)

    @property
    def is_in_build(self) -> bool:
        return self.phase in (Phase.BUILD, Phase.BOTH)


def looks_secret(key: str) -> bool:
    """Whether a variable of this name is taken for a secret where nobody said so."""
    return LOOKS_SECRET.search(key) is not None


def check_key(key: str) -> str:
    """Invalid unless a variable may be called so."""
    if not key:
        raise Invalid("A variable needs a name.")
    if not KEY.fullmatch(key):
        shown = repr(key if len(key) <= 80 else f"{key[:79]}…")
        raise Invalid(f"{shown} cannot be a variable's name: letters, digits and _ only, and no digit first.")
    if key in RESERVED:
        raise Invalid(f"{key} is set by Quayside for each container and cannot be set here.")
    return key


def check(variables: Iterable[Variable]) -> None:
    """Invalid names the first variable that cannot be, never its value."""
    seen: set[str] = set()
    size = 0
    for variable in variables:
        if check_key(variable.key) in seen:
            raise Invalid(f"{variable.key} is there twice.")
        seen.add(variable.key)
        size += _size(variable)
    if size > MOST_BYTES:
        raise Invalid(
            f"All variables together take {size:,} bytes; {MOST_BYTES:,} is the most that Linux is sure to pass."
        )


def completed(
    key: str, value: str, *, is_secret: bool | None, phase: Phase | None, before: Variable | None
) -> Variable:
    """What nobody said stays as it was; a new variable is a secret if its name looks like one, and for run time."""
    was = before or Variable(key, "", looks_secret(key))
    return Variable(key, value, was.is_secret if is_secret is None else is_secret, phase or was.phase)


def kept(variable: Variable, before: Variable | None) -> Variable:
    """The variable with the value that it had, where its placeholder was sent back; Invalid when it had none."""
    if variable.value != PLACEHOLDER:
        return variable
    if before is None:
        raise Invalid(f"{variable.key[:80]} has no value yet: give one instead of {PLACEHOLDER}.")
    if before.is_secret and not variable.is_secret:
        raise Invalid(f"{variable.key} is a secret and is not shown again. To make it readable, give its value anew.")
    return Variable(variable.key, before.value, variable.is_secret, variable.phase)


def _size(variable: Variable) -> int:
    try:
        size = len(variable.key) + len(variable.value.encode()) + 2
    except UnicodeEncodeError as error:
        raise Invalid(f"The value of {variable.key} holds characters that are not Unicode text.") from error
    if "\0" in variable.value:
        raise Invalid(f"The value of {variable.key} holds a NUL character, which no variable can.")
    if size > LONGEST_BYTES:
        raise Invalid(
            f"The value of {variable.key} is too long: {LONGEST_BYTES:,} bytes is the most. Use a volume for files."
        )
    return size
