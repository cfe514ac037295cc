"""The builder's own container for the step that a build was at. It has no label and a name by chance: should the engine
die, nobody else would ever know whose it is. The build's output told its id, and is kept."""

import re
from collections.abc import Iterable
from itertools import islice

from paas.deployments.pipeline.run import Run

RUNNING = re.compile(r" ---> Running in ([0-9a-f]{12})", re.ASCII)
REMOVED = re.compile(r"Removing intermediate container [0-9a-f]{12}", re.ASCII)

MOST_LINES = 100_000
"""So far back the log is searched for the beginning of the step."""


def left_in(lines: Iterable[str]) -> str:
    """The beginning of the id of the container that was not removed; empty where there is none. The last line comes
    first."""
    for line in lines:
        if running := RUNNING.fullmatch(line):
            return running[1]
        if REMOVED.fullmatch(line):
            return ""
    return ""


def remove_left(run: Run) -> None:
    """Remove what the build of this deployment has left, if anything. Unavailable when the engine does not answer."""
    file = run.means.journals.file(run.deployment.id)
    container = left_in(line.text for line in islice(file.lines_back(file.end()), MOST_LINES))
    if container:
        run.means.engine.images.remove_step(container, since=run.deployment.started_at or run.deployment.requested_at)
