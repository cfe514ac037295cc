"""Keeps what was built for one app from all others. Code and secrets of every app stand in images on one engine, which
hands out any of them, by name or by the beginning of an id, to whoever's Dockerfile asks."""

import re
from collections.abc import Mapping

from paas.apps.places import is_ours
from paas.deployments.pipeline.run import Run
from paas.deployments.plans import bases
from paas.engine import labels
from paas.engine.images import Image
from paas.errors import Invalid, NotFound

ID = re.compile(r"(?:sha256:)?([0-9a-f]+)", re.ASCII)


def refuse_foreign(reference: str, image: Image) -> None:
    """Invalid unless the image that the engine has found may be used under this name."""
    if is_ours(reference) or (labels.IMAGE in image.labels and not image.is_from_registry):
        raise Invalid(f"{reference} was built here for an app, whose secrets it may hold. Name another image.")
    is_id = (found := ID.fullmatch(reference)) and image.id.removeprefix("sha256:").startswith(found[1])
    if is_id and f"{reference}:latest" not in image.tags:
        raise Invalid(f"{reference} is the id of an image here. Give the name of an image instead.")


def check_bases(run: Run, dockerfile: str, args: Mapping[str, str]) -> None:
    """See that a repository's Dockerfile uses no image of another app, and neither do the triggers of what it is built
    on. What is not here yet is pulled, as the builder would."""
    for base in bases.bases(dockerfile, args):
        image = _obtain(run, base.image)
        for each in bases.of_triggers(image.triggers, base.stages):
            _obtain(run, each)


def _obtain(run: Run, reference: str) -> Image:
    images = run.means.engine.images
    image = images.find(reference)
    if image is None:
        run.say(f"Pulling {reference}")
        images.pull(reference, lambda piece: run.say(piece.rstrip("\n")))
        image = images.find(reference)
    if image is None:
        raise NotFound(f"There is no image {reference}. Check its name in the Dockerfile.")
    refuse_foreign(reference, image)
    return image
