"""Packs a folder as the engine's builder wants it: a tar, less what ``.dockerignore`` leaves out.

``.git`` is always left out: it holds the whole history and differs with every fetch, so that no ``COPY . .`` would ever
come from the cache. Symbolic links are packed as links, never followed.
"""

from collections.abc import Sequence
from pathlib import Path

from docker.utils.build import create_archive, exclude_paths

RECIPE = ".quayside.Dockerfile"
"""Where a Dockerfile stands that is not in the folder. ``.dockerignore`` keeps it out of the image."""


def pack(folder: Path, archive: Path, *, dockerfile: str, recipe: str | None = None, ignore: str = "") -> str:
    """Write ``folder`` to ``archive``; the path of the Dockerfile in it.

    ``recipe`` is the text of a Dockerfile to build by instead of the one at ``dockerfile``; ``ignore`` the text of the
    folder's ``.dockerignore``. It takes long: use ``run_blocking``.
    """
    patterns = [line for raw in ignore.splitlines() if (line := raw.strip()) and not line.startswith("#")]
    extra: list[tuple[str, str]] = []
    if recipe is not None:
        dockerfile = RECIPE
        extra = [(".dockerignore", "\n".join([*patterns, ".dockerignore", RECIPE])), (RECIPE, recipe)]
    files = sorted(exclude_paths(str(folder), [*patterns, ".git"], dockerfile=dockerfile))
    with archive.open("w+b") as out:
        create_archive(str(folder), files=_without_git(files), fileobj=out, extra_files=extra)
    return dockerfile


def _without_git(files: Sequence[str]) -> list[str]:
    """The submodules' too, and against a ``!.git`` in the patterns."""
    return [file for file in files if ".git" not in file.split("/")]
