"""Makes container images from programs of this machine, for the demo and the tests: no registry is needed."""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterable
from pathlib import Path


def pack(files: Iterable[str | Path], *, links: dict[str, str] | None = None) -> bytes:
    """A tar of the files under the paths that they have here, and of symbolic links (path -> target).

    Folders are taken whole, links inside them followed, compiled bytecode left out where a link leads astray.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", dereference=True) as tar:
        for file in sorted({str(file) for file in files}):
            tar.add(file, arcname=file.lstrip("/"))
        for path, target in sorted((links or {}).items()):
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry)
    return buffer.getvalue()


def with_libraries(program: str | Path) -> list[str]:
    """The program and the shared libraries it loads at its start; just itself when it is linked statically."""
    said = subprocess.run(["ldd", str(program)], capture_output=True, text=True, check=False).stdout
    words = (word for line in said.splitlines() for word in line.split())
    return [str(program), *(word for word in words if word.startswith("/") and os.path.isfile(word))]
