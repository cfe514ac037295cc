"""A Docker Engine of the tests' own: a private dockerd that they may stop, kill and freeze.

It shares nothing with an engine that the machine may already run: own data, own state, own socket, own (empty)
configuration file, no bridge and no iptables rules, so containers have no network beside their loopback unless they
are put on one that was made on it: there they reach each other and this machine reaches them, and nothing else does.
Engines of a test run that was killed are ended and swept away when the next one starts.
"""

import contextlib
import fcntl
import itertools
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import docker
import psutil
import pytest

from tests.waiting import eventually
from tools import debian

ROOT = Path(tempfile.gettempdir()) / f"quayside-engines-{os.geteuid()}"
NO_NETWORK = ("--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false")
SET_FLAGS, DELETE_BRIDGE = 0x8914, 0x89A1  # SIOCSIFFLAGS, SIOCBRDELBR

_numbers = itertools.count(1)


class EngineFailed(Exception):
    """dockerd did not come up; the message ends with its own last words."""


class PrivateEngine:
    """One dockerd and all that it keeps. ``with PrivateEngine() as engine`` starts it and leaves nothing behind.

    Containers survive ``stop()`` and ``start()`` as they do on any engine: their logs stay, and they run again only if
    their restart policy says so. With ``live_restore`` they go on running while the engine is away. With ``disk_bytes``
    it has a disk of that size, which can be filled.
    """

    def __init__(
        self, *, live_restore: bool = False, disk_bytes: int | None = None, options: tuple[str, ...] = ()
    ) -> None:
        _skip_unless_possible()
        self.folder = ROOT / f"{os.getpid()}-{next(_numbers)}"
        self.host = f"unix://{self.folder}/docker.sock"
        self.log_file = self.folder / "dockerd.log"
        self._disk_bytes = disk_bytes
        self._options = (*options, *(("--live-restore",) if live_restore else ()))
        self._process: subprocess.Popen[bytes] | None = None
        self._client: docker.DockerClient | None = None

    def __enter__(self) -> Self:
        sweep()
        try:
            self._start_somehow()
        except EngineFailed as failure:
            self.close()
            pytest.skip(f"engine: {failure}")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def client(self) -> docker.DockerClient:
        """The tests' own way to the engine; not the one under test."""
        if self._client is None:
            self._client = docker.DockerClient(base_url=self.host, timeout=30, max_pool_size=30)
        return self._client

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def start(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "owner").write_text(str(os.getpid()))
        (self.folder / "daemon.json").write_text("{}")
        self._make_disk()
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command(), *NO_NETWORK, *self._options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is for pytest, which then ends the engine in order
                env={k: v for k, v in os.environ.items() if not k.startswith(("DOCKER_", "NOTIFY_"))},
            )
        eventually(self._is_up, 60, what="dockerd answers")

    def stop(self) -> None:
        """End it as an operator would. Containers made with ``stop_signal="SIGKILL"`` do not hold it up."""
        self._end(signal.SIGTERM, deadline_seconds=30)

    def kill(self) -> None:
        """End it as the kernel's out-of-memory killer would. Its containerd dies with it; containers run on."""
        containerd = psutil.Process(self._running().pid).children()
        self._end(signal.SIGKILL, deadline_seconds=10)
        # The next dockerd takes a dying containerd for a living one, and then waits for it in vain.
        psutil.wait_procs(containerd, timeout=10)

    def freeze(self) -> None:
        """Its socket still accepts, nothing is answered: what a hung engine looks like."""
        process = self._running()
        process.send_signal(signal.SIGSTOP)
        threads = Path(f"/proc/{process.pid}/task")  # they stop one by one, and until then may answer
        eventually(lambda: all(_is_stopped(thread) for thread in threads.iterdir()), 5, what="the engine stands still")

    def thaw(self) -> None:
        self._running().send_signal(signal.SIGCONT)

    def answers(self, *, timeout_seconds: float = 5) -> bool:
        """By a socket of its own: docker's client leaves one open when it cannot connect, and warnings are errors."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(timeout_seconds)
            try:
                probe.connect(self.host.removeprefix("unix://"))
                probe.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
                return b" 200 " in probe.recv(100)
            except OSError:
                return False

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        if self._process is not None and self._process.poll() is None:
            self.kill()  # in order, it would wait for containers that do not hear SIGTERM
        _remove(self.folder)

    def _start_somehow(self) -> None:
        try:
            self.start()
        except EngineFailed:
            # overlay2 does not work everywhere (on another overlay, for one); plain copies do.
            self._options = (*self._options, "--storage-driver=vfs")
            self.start()

    def _make_disk(self) -> None:
        data = self.folder / "data"
        if self._disk_bytes is None or data.is_mount():
            return
        data.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={self._disk_bytes}", "quayside-tests", str(data)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            raise EngineFailed(f"no disk of its own for the engine: {made.stderr.strip()}")

    def _command(self) -> list[str]:
        return [
            str(debian.find("dockerd")),
            f"--config-file={self.folder}/daemon.json",
            f"--data-root={self.folder}/data",
            f"--exec-root={self.folder}/exec",
            f"--pidfile={self.folder}/pid",
            f"--host={self.host}",
            "--shutdown-timeout=5",
        ]

    def _is_up(self) -> bool:
        if self._running().poll() is not None:
            last_words = "\n".join(self.log.splitlines()[-5:])
            raise EngineFailed(f"dockerd ended with {self._running().returncode}: {last_words}")
        return self.answers()

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the engine has not been started"
        return self._process

    def _end(self, number: signal.Signals, *, deadline_seconds: float) -> None:
        process = self._running()
        process.send_signal(number)
        process.wait(deadline_seconds)


def sweep() -> None:
    """End and remove the engines of test runs that are no more."""
    for folder in ROOT.glob("*-*"):
        with contextlib.suppress(OSError, ValueError):
            if not psutil.pid_exists(int((folder / "owner").read_text())):
                _remove(folder)


def _skip_unless_possible() -> None:
    if os.geteuid() != 0:
        pytest.skip("engine: only root can start a Docker Engine of its own")
    if debian.find("dockerd") is None:
        pytest.skip("engine: dockerd is not installed (Debian: apt-get install docker.io)")


def _remove(folder: Path) -> None:
    """Take down whatever still lives in the folder, by what stands on its command line, then the folder itself."""
    living = _living_in(folder)
    for process in [*living, *_below(living)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    deadline = time.monotonic() + 10
    while _living_in(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    _remove_bridges(folder)
    for mount in _mounts_below(folder):
        subprocess.run(["umount", "--lazy", mount], check=False, capture_output=True)
    shutil.rmtree(folder, ignore_errors=True)


def _living_in(folder: Path) -> list[psutil.Process]:
    """dockerd, its containerd and the shims that hold containers."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if (words := process.info["cmdline"])
        and Path(words[0]).name.startswith(("dockerd", "containerd"))
        and any(f"{folder}/" in word for word in words)
    ]


def _below(processes: list[psutil.Process]) -> list[psutil.Process]:
    """What runs in the containers: it would outlive the shims."""
    below = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            below += process.children(recursive=True)
    return below


def _mounts_below(folder: Path) -> list[str]:
    """Deepest first."""
    points = (line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines())
    return sorted((point for point in points if point.startswith(f"{folder}/")), reverse=True)


def _remove_bridges(folder: Path) -> None:
    """The networks made on an engine outlive it; their names stand in its own records, whether it still runs or not."""
    records = folder / "data/network/files/local-kv.db"
    names = set(re.findall(rb"br-[0-9a-f]{12}", records.read_bytes() if records.exists() else b""))
    with socket.socket() as any_socket:
        for name in names:
            with contextlib.suppress(OSError):  # gone already
                fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sH14x", name, 0))  # it must be down first
                fcntl.ioctl(any_socket, DELETE_BRIDGE, name + b"\0")


def _is_stopped(thread: Path) -> bool:
    return (thread / "stat").read_text().rpartition(") ")[2].startswith("T")
