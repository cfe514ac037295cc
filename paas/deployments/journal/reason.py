"""The lines of a deployment's log that tell why it failed, to be quoted where nobody has to search for them. Pure."""

import re
from collections.abc import Sequence

MOST_LINES = 12
QUOTED = "    "
"""What the log of a container that failed is set in by."""

COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def reason(lines: Sequence[str], error: str) -> list[str]:
    """``lines`` are the end of the log, ``error`` the sentence in which it ended: what the container wrote that is
    quoted after it, else what was written just before it."""
    lines = [COLOUR.sub("", line) for line in lines]
    said_at = max((at for at, line in enumerate(lines) if line == error), default=len(lines))
    of_container = [line.removeprefix(QUOTED) for line in lines[said_at + 1 :] if line.startswith(QUOTED)]
    before = [line for line in lines[:said_at] if line.strip()]
    return (of_container or before)[-MOST_LINES:]
