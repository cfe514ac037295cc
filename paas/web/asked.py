"""What a REST request asks for in its query."""

from flask import request

from paas.errors import Invalid


def text(name: str) -> str:
    """Empty when it is not asked for."""
    return request.args.get(name, "")


def whole(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """A whole number; Invalid for anything else."""
    given = text(name)
    if not given:
        return default
    is_number = given.isascii() and given.isdigit() and len(given) <= 12
    if not is_number or not least <= int(given) <= (int(given) if most is None else most):
        bound = f" of at most {most}" if most is not None else ""
        raise Invalid(
            f"{name} must be a whole number{bound}{' from 1 on' if least else ''}, not {given[:80]!r}.", field=name
        )
    return int(given)


def choice(name: str, *choices: str) -> str:
    """One of these, the first unless it is asked for."""
    given = text(name) or choices[0]
    if given not in choices:
        raise Invalid(f"{name} must be {' or '.join(choices)}, not {given[:80]!r}.")
    return given


def side() -> str:
    """``before`` or ``after`` when a page next to a position is asked for, else empty."""
    asked = [name for name in ("before", "after") if name in request.args]
    if len(asked) == 2:
        raise Invalid("Ask for the lines before a position or after one, not for both at once.")
    return asked[0] if asked else ""
