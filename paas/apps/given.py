"""What a form, a document or a command line gives, turned into fields of an app. Pure.

Numbers may come as text, memory as ``512m``, a scale as ``web=2 worker=1``, mounts one a line as
``uploads:/app/uploads`` or ``/srv/shop:/data:ro``. Empty, or null, is what the field has by itself.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields as fields_of
from typing import Any

from paas.apps.app import CHANGEABLE, Kind, Mount, Wanted
from paas.errors import Invalid

MEMORY = re.compile(r"([0-9]{1,18})([bkmg]?)(?:ib?|b)?", re.ASCII | re.IGNORECASE)
UNITS = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3}
LARGEST = 1e9
"""Of what may have a fraction; JSON may write a number of thousands of digits."""
MOUNT_KEYS = {"kind", "source", "target", "read_only"}
DEFAULTS = {each.name: getattr(Wanted("x"), each.name) for each in fields_of(Wanted)}


def wanted(given: Mapping[str, object]) -> Wanted:
    """A new app; without ``kind`` it is what fits: an image where one is given."""
    found = fields(given, also=("kind",))
    if "name" not in found:
        raise Invalid("name is missing.", field="name")
    found.setdefault("kind", Kind.IMAGE if found.get("image") and not found.get("repository") else Kind.GIT)
    return Wanted(**found)


def fields(given: Mapping[str, object], also: Iterable[str] = ()) -> dict[str, Any]:
    """Fields of ``Wanted`` for ``catalogue.change``; Invalid names the first that is unknown or cannot be read."""
    known = {"memory" if name == "memory_bytes" else name for name in (*CHANGEABLE, *also)}
    unknown = sorted(set(given) - known)
    if unknown:
        raise Invalid(f"Unknown field {unknown[0][:80]!r}. Known ones are {', '.join(sorted(known))}.")
    return dict(_field(name, value) for name, value in given.items())


def memory(value: object) -> int | None:
    """``512m``, ``1g``, ``1048576`` (bytes) -> bytes."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = MEMORY.fullmatch(_text("memory", value).replace(" ", ""))
    if found is None:
        raise Invalid(
            f"memory must be a whole number with a unit, for instance 512m or 2g, not {_shown(value)}.", field="memory"
        )
    return int(found[1]) << 10 * UNITS[found[2].lower()]


def memory_text(memory_bytes: int | None) -> str:
    """``memory`` backwards, in the largest unit that leaves a whole number."""
    if not memory_bytes:
        return ""
    unit = next(unit for unit in "gmkb" if memory_bytes % (1 << 10 * UNITS[unit]) == 0)
    return f"{memory_bytes >> 10 * UNITS[unit]}{unit if unit != 'b' else ''}"


def scale(value: object) -> dict[str, int]:
    """``{"web": 2}``, or ``web=2 worker=1`` with blanks, commas or line ends between."""
    if isinstance(value, Mapping):
        return {str(process): _whole(f"scale: {process}", count) for process, count in value.items()}
    found: dict[str, int] = {}
    for word in _text("scale", value).replace(",", " ").split():
        process, sign, count = word.partition("=")
        if not sign or process in found:
            raise Invalid(
                f"scale must look like web=2 worker=1, with each process once; {_shown(word)} does not.", field="scale"
            )
        found[process] = _whole(f"scale: {process}", count)
    return found


def scale_text(scale_now: Mapping[str, int]) -> str:
    return " ".join(f"{process}={count}" for process, count in scale_now.items())


def mounts(value: object) -> tuple[Mount, ...]:
    """A list of ``{kind, source, target, read_only}``, or a text with one a line: ``source:target`` or with ``:ro``."""
    if isinstance(value, list | tuple):
        return tuple(each if isinstance(each, Mount) else _mount(each) for each in value)
    lines = (line.strip() for line in _text("mounts", value).splitlines())
    return tuple(_mount_line(line) for line in lines if line)


def mounts_text(mounts_now: Iterable[Mount]) -> str:
    return "\n".join(f"{each.source}:{each.target}{':ro' if each.read_only else ''}" for each in mounts_now)


def _field(name: str, value: object) -> tuple[str, object]:
    own = "memory_bytes" if name == "memory" else name
    if value is None or (isinstance(value, str) and not value.strip()):
        return own, DEFAULTS[own] if own != "name" else ""
    return own, READERS.get(name, _text)(name, value)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise Invalid(f"{name} must be a text, not {_shown(value)}.", field=name.partition(":")[0])
    return value.strip()


def _kind(name: str, value: object) -> Kind:
    if _text(name, value) not in (Kind.GIT, Kind.IMAGE):
        raise Invalid(f"kind must be git or image, not {_shown(value)}.", field="kind")
    return Kind(_text(name, value))


def _whole(name: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip(), re.ASCII):
        return int(value)
    raise Invalid(f"{name} must be a whole number, not {_shown(value)}.", field=name.partition(":")[0])


def _number(name: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST:
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?|\.[0-9]{1,6}", value.strip(), re.ASCII):
        return float(value)
    raise Invalid(f"{name} must be a number such as 0.5, not {_shown(value)}.", field=name)


def _truth(name: str, value: object) -> bool:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
    found = value if isinstance(value, bool) else words.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        raise Invalid(f"{name} must be true or false, not {_shown(value)}.", field=name.partition(":")[0])
    return found


def _mount(value: object) -> Mount:
    if not isinstance(value, Mapping) or not {"source", "target"} <= set(value) <= MOUNT_KEYS:
        raise Invalid("mounts: each must be an object with kind, source, target and read_only.", field="mounts")
    source, target = _text("mounts: source", value["source"]), _text("mounts: target", value["target"])
    kind = _text("mounts: kind", value.get("kind") or _kind_of(source))
    return Mount(kind, source, target, _truth("mounts: read_only", value.get("read_only", False)))


def _mount_line(line: str) -> Mount:
    source, *rest = line.split(":")
    if len(rest) not in (1, 2) or rest[1:] not in ([], ["ro"], ["rw"]):
        raise Invalid(
            f"mounts: {_shown(line)} does not look like uploads:/app/uploads or /srv/shop:/data:ro.", field="mounts"
        )
    return Mount(_kind_of(source), source, rest[0], rest[1:] == ["ro"])


def _kind_of(source: str) -> str:
    return "host" if source.startswith("/") else "volume"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


READERS: dict[str, Callable[[str, object], object]] = {
    "kind": _kind,
    "port": _whole,
    "published_port": _whole,
    "cpus": _number,
    "memory": lambda _, value: memory(value),
    "scale": lambda _, value: scale(value),
    "mounts": lambda _, value: mounts(value),
    "privileged": _truth,
}
