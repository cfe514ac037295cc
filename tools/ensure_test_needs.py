"""Provides what tests need of the system beside Python: an engine, a PostgreSQL and an sshd to start, a
browser, git, a static busybox, a font.

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
    needs = {
        "docker.io": (debian.find("dockerd"), "the Docker Engine that the end-to-end tests start for themselves"),
        "chromium": (any(map(debian.find, CHROMIUMS)), "the browser of the page's tests"),
        "postgresql": (initdb(), "the PostgreSQL that the tests of the database start for themselves"),
        "libatomic1": (_can_load("libatomic.so.1"), "Playwright's driver, which comes with its own Node.js"),
        "git": (debian.find("git"), "the repositories of the tests"),
        "openssh-server": (debian.find("sshd"), "the server of the tests that fetch over ssh"),
        "busybox-static": (debian.find("busybox"), "the tests' container image"),
        "fonts-dejavu-core": (_has_a_font(), "text in the browser's screenshots"),
    }
    return {package: need for package, (found, need) in needs.items() if not found}


def _has_a_font() -> bool:
    return bool(glob.glob("/usr/share/fonts/**/*.[ot]tf", recursive=True))


def _can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
