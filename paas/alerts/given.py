"""What a form, a document or a command line gives, turned into fields of a rule. Pure.

Numbers may come as text, a threshold as ``80``, ``80 %``, ``512m`` or ``2 GiB``. What is empty is what the field has by
itself."""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from paas.alerts.rules import About, Direction, Kind
from paas.errors import Invalid

AMOUNT = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,6})?)\s*(?:%|([kmgt])(?:ib?|b)?|b)?(?:/s)?", re.ASCII | re.IGNORECASE)
UNITS = {"k": 1, "m": 2, "g": 3, "t": 4}
LARGEST = 1e18


def fields(given: Mapping[str, object]) -> dict[str, Any]:
    """Fields of ``rules.Wanted``, without the app; Invalid names the first that is unknown or cannot be read."""
    unknown = sorted(set(given) - set(READERS))
    if unknown:
        raise Invalid(f"Unknown field {unknown[0][:80]!r}. Known ones are {', '.join(sorted(READERS))}.")
    found = {name: READERS[name](name, value) for name, value in given.items() if not _is_empty(name, value)}
    if "enabled" in found:
        found["is_on"] = found.pop("enabled")
    return found


def amount(name: str, value: object) -> float:
    """``80 %`` -> 80, ``512m`` -> 536870912."""
    found = AMOUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return number(name, value)
    return float(found[1]) * 1024.0 ** UNITS.get((found[2] or "").lower(), 0)


def number(name: str, value: object) -> float:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", value.strip(), re.ASCII):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST:  # NaN is not
        return float(value)
    raise Invalid(f"{name} must be a number, not {_shown(value)}.", field=name)


def whole(name: str, value: object) -> int:
    found = number(name, value)
    if not math.isfinite(found) or found != int(found):
        raise Invalid(f"{name} must be a whole number, not {_shown(value)}.", field=name)
    return int(found)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise Invalid(f"{name} must be a text, not {_shown(value)}.", field=name)
    return value


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise Invalid(f"{name} must be true or false, not {_shown(value)}.", field=name)
    return value


def _one_of(kinds: type[Kind] | type[About] | type[Direction]) -> Callable[[str, object], str]:
    def read(name: str, value: object) -> str:
        if not isinstance(value, str) or value not in tuple(kinds):
            raise Invalid(f"{name} must be one of {', '.join(kinds)}, not {_shown(value)}.", field=name)
        return kinds(value)

    return read


def _is_empty(name: str, value: object) -> bool:
    return value is None or (name != "name" and isinstance(value, str) and not value.strip())


def _shown(value: object) -> str:
    return repr(value)[:80] if not isinstance(value, int) or abs(value) < LARGEST else "this one"


READERS: Mapping[str, Callable[[str, object], Any]] = {
    "name": _text,
    "kind": _one_of(Kind),
    "about": _one_of(About),
    "metric": _text,
    "direction": _one_of(Direction),
    "threshold": amount,
    "minutes": number,
    "times": whole,
    "hours": number,
    "pattern": _text,
    "cooldown_minutes": number,
    "enabled": _flag,
}
