"""Looks for a Docker Engine before the dashboard starts, and provides one where that is ours to do: as root on Debian.

It never stops the start: without an engine the dashboard says so on its pages and recovers once there is one.
"""

import getpass
import os
import subprocess
import time
from pathlib import Path

import docker
from requests import RequestException

from tools import debian

SOCKET = Path("/var/run/docker.sock")
START_SECONDS = 30


def main() -> None:
    if _answers():
        return
    chosen = os.environ.get("DOCKER_HOST")
    if chosen and chosen != f"unix://{SOCKET}":
        print(f"No Docker Engine answers at DOCKER_HOST ({chosen}). Start it there, or unset DOCKER_HOST.")
    elif SOCKET.exists() and not os.access(SOCKET, os.W_OK):
        user = getpass.getuser()
        print(f"{user} may not use {SOCKET}. Run: sudo usermod -aG docker {user}  and sign in again.")
    elif debian.can_install():
        _provide()
    else:
        print(_what_to_do())


def _answers() -> bool:
    try:
        client = docker.DockerClient.from_env(timeout=5)
        client.close()
    except (docker.errors.DockerException, RequestException, OSError, ValueError):  # ValueError: no address at all
        return False
    return True


def _provide() -> None:
    if debian.find("dockerd") is None and not debian.install(["docker.io"], reason="no Docker Engine on this machine"):
        print("apt-get could not install docker.io: its message stands above.")
        return
    if not _answers():  # the package may have started it
        _start()


def _start() -> None:
    if Path("/run/systemd/system").exists():
        print("Starting the Docker Engine with systemd.")
        subprocess.run(["systemctl", "start", "docker"], check=False)
        return
    log_file = Path(os.environ.get("PAAS_DATA_DIR") or "data").expanduser() / "dockerd.log"
    log_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with log_file.open("ab") as log:
        engine = subprocess.Popen(
            [str(debian.find("dockerd"))],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # it outlives the dashboard, as its containers should
        )
    print(f"Starting the Docker Engine in the background: process {engine.pid}, log in {log_file}.", flush=True)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and engine.poll() is None:
        if _answers():
            return
        time.sleep(0.2)
    print(f"It does not answer. The last lines of {log_file}:\n" + _tail(log_file))


def _tail(file: Path) -> str:
    return "\n".join(f"  {line}" for line in file.read_text(errors="replace").splitlines()[-3:])


def _what_to_do() -> str:
    if debian.find("dockerd"):
        return "No Docker Engine answers. Start it: sudo systemctl start docker"
    return (
        "No Docker Engine answers. Install one: on Debian and Ubuntu, sudo apt-get install docker.io; "
        "elsewhere, see https://docs.docker.com/engine/install/. Or point DOCKER_HOST at one."
    )


if __name__ == "__main__":
    main()
