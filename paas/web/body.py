"""What a REST request brings in its body: one JSON object, or nothing."""

from typing import Any

from flask import request

from paas.errors import Invalid


def document() -> dict[str, Any]:
    """The JSON object that was sent, empty when nothing was; Invalid for anything else."""
    if not request.get_data(cache=True):
        return {}
    try:
        found = request.get_json(force=True, silent=True)
    except RecursionError:  # lists within lists, thousands deep
        found = None
    if not isinstance(found, dict):
        raise Invalid('The body must be a JSON object, for instance {"name": "shop"}.')
    return found


def text(document: dict[str, Any], name: str) -> str | None:
    """A text of the object, None when it is not there; Invalid when it is something else."""
    value = document.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid(f"{name} must be a text.")
    return value


def refuse_others(document: dict[str, Any], *known: str) -> None:
    """Invalid names the first field that nobody reads: a misspelt one must not pass in silence."""
    other = next((name for name in document if name not in known), None)
    if other is not None:
        raise Invalid(f"Unknown field {other[:80]!r}. Known ones are {', '.join(known)}.")
