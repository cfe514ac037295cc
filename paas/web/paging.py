"""Lists page by page. What a page ends with is where the next one goes on, so rows that come or go in between make none
of the others come twice or be left out."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from paas.errors import Invalid
from paas.web import asked

T = TypeVar("T")

USUAL, MOST = 200, 500
LONGEST_NAME = 64


def limit(usual: int = USUAL, most: int = MOST) -> int:
    """How many rows are asked for."""
    return asked.whole("limit", usual, least=1, most=most)


def by_name(rows: Iterable[T], name: Callable[[T], str]) -> tuple[list[T], str | None]:
    """The page that is asked for, of rows whose names differ, and the ``after`` of the next one, if there is one."""
    most, after = limit(), asked.text("after")
    if len(after) > LONGEST_NAME or not after.isprintable():
        raise Invalid("after must be the next of the page before.", field="after")
    # Sorted here: databases have orders of their own, in which a name may come before another that it is greater than.
    found = sorted((row for row in rows if name(row) > after), key=name)
    return found[:most], name(found[most - 1]) if len(found) > most else None
