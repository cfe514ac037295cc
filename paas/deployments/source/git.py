"""Runs git on the command line, so that it asks nobody, runs nothing of a repository's, and ends when it is told to.

It reads no configuration of the machine or of a user and knows no credential helper, agent or hook. Secrets are never
arguments, which every user of the machine can see: they are in its environment or in files of a folder that is ours.
"""

import codecs
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

import psutil

from paas.concurrency import tasks
from paas.deployments.journal.progress import Lines
from paas.deployments.source.room import check_room
from paas.errors import Unavailable

Say = Callable[[str], None]
Mask = Callable[[str], str]

TICK_SECONDS = 0.2
MOST_OUTPUT_BYTES = 4 * 1024 * 1024
LAST_LINES = 6
PROGRAMS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

CONFIG = """\
[core]
    hooksPath = /dev/null
    fsmonitor = false
    fsync = none
    protectHFS = true
    protectNTFS = true
[credential]
    helper =
[fetch]
    recurseSubmodules = false
[submodule]
    recurse = false
[gc]
    auto = 0
[maintenance]
    auto = false
[http]
    lowSpeedLimit = 1
    lowSpeedTime = 60
[i18n]
    logOutputEncoding = UTF-8
[safe]
    directory = *
"""
"""``fsync``: what is fetched is read at once and then thrown away, and a busy disk may take a minute to be sure of it.
``safe.directory``: whose a local repository is does not matter, the operator has named the folder that it is in."""


class GitFailed(Exception):
    """git ended with ``code``, which is not 0. ``words`` are the last that it said."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"git ended with {code}: {words}")
        self.code, self.words = code, words


class Git:
    """``home`` is a folder for its configuration; ``environment`` goes to every git beside what it needs. All of them
    together may take ``seconds``; ``mask`` blanks secrets out of what they say."""

    def __init__(self, home: Path, environment: Mapping[str, str], *, say: Say, mask: Mask, seconds: float) -> None:
        found = shutil.which("git")
        if found is None:
            raise Unavailable("git is not installed beside the dashboard. Install it (Debian: apt-get install git).")
        self._program, self._home, self._say, self._mask = found, home, say, mask
        self._seconds, self._deadline = seconds, time.monotonic() + seconds
        (home / "gitconfig").write_text(CONFIG)
        self._environment = {
            "PATH": f"{Path(found).parent}:{PROGRAMS}",
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "false",
            "SSH_ASKPASS": "false",
            "SSH_ASKPASS_REQUIRE": "never",
            **environment,
        }

    def run(self, *arguments: str, folder: Path, is_aloud: bool = True) -> str:
        """What git writes to its output. What it says beside that goes to ``say``, line by line as it comes, if aloud.

        GitFailed when it ends with an error, Unavailable when the time is up. Whatever is raised here, git and all that
        it has started have ended before.
        """
        process = None
        with tempfile.TemporaryFile(dir=self._home) as output:
            try:
                with tasks.shielded():  # interrupted half-way, git would run on and nobody would know it
                    process = self._start(arguments, folder, output)
                words = self._listen(process, self._say if is_aloud else _keep_quiet)
            finally:
                if process is not None:
                    _end(process)
            if process.returncode:
                raise GitFailed(process.returncode, words)
            output.seek(0)
            return output.read(MOST_OUTPUT_BYTES).decode(errors="replace")

    def _start(self, arguments: tuple[str, ...], folder: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self._program, *arguments],
            cwd=folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            start_new_session=True,  # a process group of its own, with all the helpers that it starts
        )

    def _listen(self, process: subprocess.Popen[bytes], say: Say) -> str:
        """Hand on what it says until it has ended; the last of it."""
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        lines, last = Lines(), deque[str](maxlen=LAST_LINES)

        def show(said: list[str]) -> None:
            for line in filter(str.strip, map(self._mask, said)):
                last.append(line.strip())
                say(line.rstrip())

        for piece in self._pieces(process):
            show(lines.feed(decode(piece), time.monotonic()))
        show(lines.end())
        return " ".join(last)

    def _pieces(self, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
        pipe = cast(IO[bytes], process.stderr).fileno()
        while True:
            self._check_time()
            is_ready = bool(select.select([pipe], [], [], TICK_SECONDS)[0])
            piece = os.read(pipe, 65_536) if is_ready else b""
            if piece:
                yield piece
            elif is_ready or _has_ended(process):  # a helper that was left behind may keep the pipe open
                break
        while not _has_ended(process):
            self._check_time()
            time.sleep(0.01)

    def _check_time(self) -> None:
        tasks.checkpoint()
        check_room(self._home)
        if time.monotonic() > self._deadline:
            raise Unavailable(
                f"The repository could not be fetched within {self._seconds:g} seconds. Try again, or allow more "
                "with the setting PAAS_STAGE_SECONDS."
            )


def end_left_over(folder: Path) -> None:
    """End what a dashboard that was killed has left running with its home below ``folder``: it would go on writing
    there."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if Path(process.environ().get("HOME", "/")).is_relative_to(folder):
                process.kill()


def _keep_quiet(_line: str) -> None:
    pass


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Without taking its end from the kernel: until that is done, nobody else can be given its number."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    cast(IO[bytes], process.stderr).close()
