"""Has the engine build what was packed, says how far it is, and keeps what a failed build has come to for the next one.

The engine keeps the layers of a build that failed, so that the next one begins where this one ended, but under no name:
nobody would ever know whose they are, nor remove them. They get one here, until the next build.
"""

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from paas.concurrency.tasks import shielded
from paas.deployments.journal.progress import Lines, step
from paas.deployments.pipeline.run import Run, image_labels
from paas.engine.images import Image
from paas.errors import NotFound, Problem

LAYER = re.compile(r" ---> ([0-9a-f]{12})", re.ASCII)
UNFINISHED = "unfinished"


def build_packed(run: Run, archive: Path, dockerfile: str, args: Mapping[str, str]) -> Image:
    """The image of the packed folder; Invalid with the builder's words when there is none."""
    images, output = run.means.engine.images, _Output(run)
    try:
        with archive.open("rb") as context:
            image_id = images.build(
                context,
                tag=run.image_name,
                dockerfile=dockerfile,
                say=output.take,
                build_args=args,
                labels=image_labels(run.means.engine.workloads.instance, run.app.id),
            )
    except BaseException:
        with shielded():
            _keep_unfinished(run, output.layer)
        raise
    finally:
        output.end()
    run.means.records.note(run.deployment.id, image_id=image_id)
    forget_unfinished(run)
    image = images.find(image_id)
    if image is None:
        raise NotFound("The image is gone from the engine right after it was built. Deploy again.")
    return image


def forget_unfinished(run: Run) -> None:
    """Those layers that nothing else is made of are removed."""
    with suppress(Problem):
        _replace_unfinished(run, "")


class _Output:
    """The builder's output: lines for the log, steps for the progress. ``layer`` is the last one that is complete."""

    def __init__(self, run: Run) -> None:
        self._run, self._lines = run, Lines()
        self.layer = ""

    def take(self, piece: str) -> None:
        for line in self._lines.feed(piece, time.monotonic()):
            self._say(line)

    def end(self) -> None:
        for line in self._lines.end():
            self._say(line)

    def _say(self, line: str) -> None:
        self._run.say(line)
        at, layer = step(line), LAYER.fullmatch(line)
        if at is not None:
            self._run.means.records.build_step(self._run.deployment.id, *at)
        if layer is not None:
            self.layer = layer[1]


def _keep_unfinished(run: Run, layer: str) -> None:
    """Should the engine be gone, or have none of it left, there is nothing to keep."""
    with suppress(Problem):
        image = run.means.engine.images.find(layer) if layer else None
        if image is not None and not image.tags:  # one that has a name is somebody's already: the base image
            _replace_unfinished(run, image.id)


def _replace_unfinished(run: Run, image_id: str) -> None:
    images, name = run.means.engine.images, f"{run.means.repository(run.app)}:{UNFINISHED}"
    before = images.find(name)
    if image_id:
        images.tag(image_id, name)
    elif before is not None:
        images.remove(name)
    if before is not None and before.id != image_id:
        with suppress(Problem):  # what came after is made of it
            images.remove(before.id)
