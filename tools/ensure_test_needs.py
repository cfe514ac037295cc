"""Provides what tests need of the system beside Python: an engine and a PostgreSQL to start, a browser, a static
busybox, a font.

Where it may not install, it says what is missing; the tests that need it then skip themselves with the same reason.
"""

import ctypes
import glob
from pathlib import Path

from tools import debian

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    missing = _missing()
    if not missing:
        return
    if debian.can_install() and debian.install(sorted(missing), reason="tests need them"):
        return
    for package, need in sorted(missing.items()):
        print(f"Missing: {package} ({need}). The tests that need it are skipped.", flush=True)


def initdb() -> str | None:
    """Where the newest PostgreSQL's initdb is, with the server beside it. Debian keeps both off the PATH."""
    by_version = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    return str(by_version[-1]) if by_version else debian.find("initdb")


def _missing() -> dict[str, str]:
    """Debian package -> what it is needed for."""
    missing = {}
    if debian.find("dockerd") is None:
        missing["docker.io"] = "the Docker Engine that the end-to-end tests start for themselves"
    if not any(debian.find(name) for name in CHROMIUMS):
        missing["chromium"] = "the browser of the page's tests"
    if initdb() is None:
        missing["postgresql"] = "the PostgreSQL that the tests of the database start for themselves"
    if not _can_load("libatomic.so.1"):
        missing["libatomic1"] = "Playwright's driver, which comes with its own Node.js"
    if debian.find("git") is None:
        missing["git"] = "the repositories of the tests"
    if debian.find("sshd") is None:
        missing["openssh-server"] = "the server of the tests that fetch over ssh"
    if debian.find("busybox") is None:
        missing["busybox-static"] = "the tests' container image"
    if not glob.glob("/usr/share/fonts/**/*.[ot]tf", recursive=True):
        missing["fonts-dejavu-core"] = "text in the browser's screenshots"
    return missing


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
