"""How a line of a deployment's log is written down, and where it stands. Pure.

A line is ``<time> <o or e> <text>`` and its newline. Its position is ``<deployment's id>.<offset after the newline>``:
the file only grows, so going on after a line is a seek, and exact.
"""

import re
import time
from typing import NamedTuple

from paas.errors import Invalid

LONGEST_LINE_BYTES = 1024 * 1024
CUT_MARK = " … [cut at 1 MB]"
TORN_MARK = " … [cut off when the dashboard stopped]"
UNKNOWN_TIME = "1970-01-01T00:00:00.000000000Z"

_HEAD = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) ([oe]) ")
_POSITION = re.compile(r"([1-9]\d{0,9})\.(\d{1,15})", re.ASCII)


class JournalLine(NamedTuple):
    """One line as everybody gets it, in the shape that the lines of containers have. ``process`` is empty."""

    position: str
    time: str
    process: str
    stream: str
    text: str


def encoded(nanoseconds: int, text: str, *, is_error: bool = False) -> bytes:
    """A line as it is kept, with its newline; ``text`` is one line. More than 1 MB of it is cut off."""
    whole = text.encode(errors="replace")
    kept = whole if len(whole) <= LONGEST_LINE_BYTES else whole[:LONGEST_LINE_BYTES] + CUT_MARK.encode()
    return f"{stamp(nanoseconds)} {'e' if is_error else 'o'} ".encode() + kept + b"\n"


def decoded(line: bytes, deployment_id: int, end: int) -> JournalLine:
    """The line that was kept as ``line``, without its newline, and ends at offset ``end``. One that we cannot have
    written is shown as it is: somebody wanted it to be read."""
    match = _HEAD.match(line)
    moment, letter = (match[1].decode(), match[2]) if match else (UNKNOWN_TIME, b"o")
    text = line[match.end() :] if match else line
    stream = "stdout" if letter == b"o" else "stderr"
    return JournalLine(position(deployment_id, end), moment, "", stream, text.decode(errors="replace"))


def position(deployment_id: int, end: int) -> str:
    """As text for clients; ``end`` is the offset after the line's newline."""
    return f"{deployment_id}.{end}"


def parse_position(text: str, deployment_id: int) -> int:
    """The offset after the line; Invalid for anything that ``position`` cannot have made of this deployment."""
    match = _POSITION.fullmatch(text)
    if match is None:
        raise Invalid("This position is not one of ours. Leave it out to read from the beginning of the log.")
    if int(match[1]) != deployment_id:
        raise Invalid("This position is of another deployment's log.")
    return int(match[2])


def torn_end(tail: bytes) -> bytes | None:
    """What makes a whole line of ``tail``, which a crash left without its newline; None when too little is left."""
    return TORN_MARK.encode() + b"\n" if _HEAD.match(tail) else None


def stamp(nanoseconds: int) -> str:
    """Nanoseconds since 1970 as RFC 3339 in UTC."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{rest:09}Z"
