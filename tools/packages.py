"""Makes ``.venv/`` and installs a requirements file into it, once per content of that file.

Runs on the system's Python before anything is installed: standard library only, and readable errors for an old Python
and for Debian, whose ``python3`` comes without ``venv``.
"""

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

from tools import debian

VENV = Path(".venv")
OLDEST = (3, 11)


def main(requirements: str) -> None:
    if sys.version_info < OLDEST:
        sys.exit(f"Quayside needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    if not _is_usable(VENV):
        _make_venv()
    stamp = VENV / f"installed-{Path(requirements).stem}"
    wanted = _fingerprint(Path(requirements))
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing the packages of {requirements} into {VENV}/ ...", flush=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "-r", requirements], check=False)
    if done.returncode:
        sys.exit(f"pip could not install {requirements}: its message stands above. Run the same command to try again.")
    stamp.write_text(wanted)


def _is_usable(venv: Path) -> bool:
    """Not so when it is half made, or when the Python it was made from has been removed."""
    probe = [str(venv / "bin" / "python"), "-c", "import pip"]
    try:
        return subprocess.run(probe, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def _make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        _provide_venv()
    print(f"Making {VENV}/ with {sys.executable} ...", flush=True)
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if done.returncode:
        sys.exit(f"{sys.executable} -m venv {VENV} failed: its message stands above.")


def _provide_venv() -> None:
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not debian.can_install():
        sys.exit(f"This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt-get install {package}")
    if not debian.install([package], reason="this Python cannot make virtual environments"):
        sys.exit(f"apt-get could not install {package}: its message stands above.")


def _fingerprint(requirements: Path) -> str:
    """Of every requirements file, as one includes another."""
    files = sorted(requirements.parent.glob("requirements*.txt"))
    content = b"".join(file.read_bytes() for file in files) + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    main(sys.argv[1])
