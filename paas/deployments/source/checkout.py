"""Reads files of a repository that was checked out. Whatever its authors put there, nothing outside of it is read."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from paas.errors import Invalid, NotFound

MOST_BYTES = 1024 * 1024
GIT = ".git"


class Checkout(Mapping[str, str]):
    """The files of ``folder``, a folder of the repository at ``top``, as texts by their path.

    ``path in checkout`` says whether there is such a file; ``checkout[path]`` reads it; to go through it names what
    stands in the folder itself. A symbolic link within the repository is followed, one that leads out of it is
    Invalid, as is a file that is too large or no text.
    """

    def __init__(self, top: Path, folder: str = "") -> None:
        self.top = top.resolve()
        self.path = self._inside(self.top / folder, f"The folder {folder}")
        if not self.path.is_dir():
            raise NotFound(f"The repository has no folder {folder}. Change the folder in the app's settings.")

    def __getitem__(self, path: str) -> str:
        found = self._find(path)
        if found is None:
            raise KeyError(path)
        return _read(found, path)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and self._find(path) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(name for name in os.listdir(self.path) if name != GIT))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _find(self, path: str) -> Path | None:
        """The real file; None when there is none."""
        if not path or "\0" in path or path.startswith("/"):
            return None
        found = self._inside(self.path / path, path)
        return found if found.is_file() else None

    def _inside(self, path: Path, name: str) -> Path:
        """The path without links in it."""
        try:
            real = path.resolve()
        except (OSError, RuntimeError) as error:
            raise Invalid(f"{name} is a symbolic link that leads nowhere. Put the file itself there.") from error
        if not real.is_relative_to(self.top) or GIT in real.relative_to(self.top).parts:
            raise Invalid(f"{name} leads out of the repository. Put the file itself there, not a link to it.")
        return real


def _read(path: Path, name: str) -> str:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise Invalid(f"{name} has {size:,} bytes; at most {MOST_BYTES:,} are read.")
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"{name} is not a text in UTF-8.") from error
