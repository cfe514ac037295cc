"""Installs Debian packages where that is ours to do: as root, on a system with apt-get. Standard library only."""

import os
import shutil
import subprocess


def can_install() -> bool:
    """Whether packages may be installed here without asking anyone."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str], *, reason: str) -> bool:
    """Install them, saying so; False, with apt's own words on the screen, when that failed."""
    print(f"Installing {', '.join(packages)} with apt-get: {reason}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Stale lists name versions that mirrors have dropped. A failed update is no reason to stop: the lists may do.
    subprocess.run(["apt-get", "-qq", "update"], check=False, env=environment)
    command = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
    done = subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    return done.returncode == 0


def find(program: str) -> str | None:
    """Where a program is, looking also where only root's PATH leads."""
    return shutil.which(program, path=os.environ.get("PATH", os.defpath) + ":/usr/local/sbin:/usr/sbin:/sbin")
