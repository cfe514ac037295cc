"""Which lines a REST request asks for, of a container's log or of an app's."""

from time import time

from paas.logs.filters import LineFilter
from paas.logs.moments import moment
from paas.web import asked

DEFAULT_TAIL = 1_000
DEFAULT_PAGE, LONGEST_PAGE = 500, 5_000
LARGEST_FILTERED_TAIL = 20_000
"""The last lines that match are found by reading all, and are held until the end is reached."""


def only() -> LineFilter:
    return LineFilter(**{name: asked.text(name) for name in ("contains", "regex", "stream", "process")})


def limit() -> int:
    """How many lines a page holds."""
    return asked.whole("limit", DEFAULT_PAGE, most=LONGEST_PAGE)


def window() -> dict[str, str]:
    """``since`` and ``until``, as far as they are given, as the engine takes them."""
    now = time()
    return {name: moment(asked.text(name), now=now) for name in ("since", "until") if asked.text(name)}


def tail(only: LineFilter) -> int | None:
    """All when a window or a file is asked for, else the last thousand."""
    text = asked.text("tail")
    if text == "all" or (not text and (asked.text("since") or asked.text("until") or asked.text("download"))):
        return None
    most = None if only.passes_all else LARGEST_FILTERED_TAIL
    return asked.whole("tail", DEFAULT_TAIL, most=most)
