"""Containers that write lines of which each says whose it is and which, and what the engine's files hold of them."""

import contextlib
import json
import os
import random
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from paas.engine import labels
from soak.account import Written, read_line
from tests import images
from tests.end_to_end.writing import create_container, remove_container
from tests.engines import PrivateEngine

LINES_A_SECOND = (1, 2, 5, 30, 40, 50, 60, 80, 100, 200)
"""Most write a thousand lines within half a minute: so many are kept for newcomers, and memory grows until they are."""
CLOCK = "soak-clock"
LONG = 20_000
"""Longer than what the engine stores as one entry."""

_SOURCE = """
import os, sys, time
rate, streams, long = float(sys.argv[1]), sys.argv[2].split(","), int(sys.argv[3])
told = os.uname().nodename
first, start, done = int(time.time() * 1_000_000), time.monotonic(), 0
while True:
    if os.path.exists("/soak/quiet"):
        time.sleep(3600)
    due = int((time.monotonic() - start) * rate) + 1
    if due <= done:
        time.sleep(max(0.0, min(1.0, start + done / rate - time.monotonic())))
        continue
    for number in range(done, min(due, done + 500)):
        stream = streams[number % len(streams)]
        length = long if number % 997 == 996 else 60 + number % 120
        data = f"{first + number} {told} ".ljust(length, ".").encode() + b"\\n"
        while data:
            data = data[os.write({"stdout": 1, "stderr": 2}[stream], data):]
    done = min(due, done + 500)
"""


class Writers:
    """The plain containers. They wait to be started, so that who watches first misses nothing."""

    def __init__(self, engine: PrivateEngine, folder: Path, count: int, dice: random.Random) -> None:
        self._engine, self._folder = engine, folder
        folder.mkdir()
        image = images.python(engine)
        rates = [LINES_A_SECOND[number % len(LINES_A_SECOND)] for number in range(count)]
        dice.shuffle(rates)
        self._made = {f"soak-{number:02}": self._spec(image, number, rate) for number, rate in enumerate(rates)}
        self.containers = {name: self._create(name) for name in self._made}

    @property
    def names(self) -> list[str]:
        return [*self._made]

    def start(self) -> None:
        for container in self.containers.values():
            container.start()

    def replace(self, name: str, pause: Any) -> None:
        """Remove one while it writes, and after the pause start another of its name."""
        self.containers[name].remove(force=True, v=True)
        pause()
        self.containers[name] = self._create(name)
        self.containers[name].start()

    def hush(self) -> None:
        """They run on and write no more."""
        (self._folder / "quiet").touch()

    def remove(self) -> None:
        for container in self.containers.values():
            remove_container(container)

    def _spec(self, image: str, number: int, rate: int) -> tuple[str, list[str]]:
        streams = "stdout,stderr" if number % 3 == 0 else "stdout"
        return image, ["python3", "-ISc", _SOURCE, str(rate), streams, str(LONG)]

    def _create(self, name: str) -> Any:
        image, command = self._made[name]
        volumes = {str(self._folder): {"bind": "/soak", "mode": "ro"}}
        # After a restart of the engine it runs again, as what serves does.
        policy = {"Name": "always"}
        return create_container(self._engine, image, command, name=name, volumes=volumes, restart_policy=policy)


class SteppedClock:
    """A container whose file the soak writes itself, as an engine whose clock steps would: the machine's clock is not
    ours to set."""

    def __init__(self, engine: PrivateEngine) -> None:
        image, policy = images.busybox(engine), {"Name": "always"}
        self.container = create_container(engine, image, ["sleep", "100000"], name=CLOCK, restart_policy=policy)
        folder = engine.folder / "data/containers" / self.container.id
        self._path = folder / f"{self.container.id}-json.log"
        self._offset = timedelta()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self.container.start()
        self._thread.start()

    def step(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)

    def hush(self) -> None:
        self._ended.set()
        self._thread.join(10)

    def remove(self) -> None:
        remove_container(self.container)

    def _run(self) -> None:
        first, number = int(time.time() * 1_000_000), 0
        while not self._ended.wait(0.2):
            at = datetime.now(UTC) + self._offset
            line = f"{first + number} {self.container.id[:12]} {self._offset.total_seconds()} s off"
            entry = {"log": f"{line}\n", "stream": "stdout", "time": f"{at:%Y-%m-%dT%H:%M:%S.%f}000Z"}
            self._write((json.dumps(entry, separators=(",", ":")) + "\n").encode())
            number += 1

    def _write(self, data: bytes) -> None:
        """To its last byte, when the disk is full as soon as it is not."""
        try:
            file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        except FileNotFoundError:  # the engine has ended, and its disk went with it
            self._ended.set()
            return
        try:
            while data and not self._ended.is_set():
                try:
                    data = data[os.write(file, data) :]
                except OSError:
                    self._ended.wait(0.1)
        finally:
            os.close(file)


class Files:
    """Every container's log file, under a second name as soon as it is there: it outlives the container."""

    def __init__(self, engine: PrivateEngine) -> None:
        self._logs = engine.folder / "data/containers"
        self._kept = engine.folder / "data/soak-kept"
        self._apps: dict[str, int] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._kept.mkdir()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(10)

    def written(self) -> dict[str, Written]:
        """By the short id of the container."""
        found = {}
        for file in self._kept.iterdir():
            is_removed = not (self._logs / file.name / f"{file.name}-json.log").exists()
            app = self._apps.get(file.name, 0)
            lines, is_torn = _lines(file)
            found[file.name[:12]] = Written(lines, app=app, is_removed=is_removed, is_torn=is_torn)
        return found

    def _run(self) -> None:
        while not self._ended.wait(0.1):
            for folder in self._logs.iterdir():
                if folder.name not in self._apps:
                    # It may be gone already, and on a full disk there may be no room for the name yet.
                    with contextlib.suppress(OSError, ValueError):
                        self._keep(folder / f"{folder.name}-json.log")

    def _keep(self, log: Path) -> None:
        config = json.loads((log.parent / "config.v2.json").read_text())
        with contextlib.suppress(FileExistsError):
            (self._kept / log.parent.name).hardlink_to(log)
        self._apps[log.parent.name] = int(config["Config"]["Labels"].get(labels.APP, 0))


def _lines(file: Path) -> tuple[list[int], bool]:
    """Those of a log, and whether a full disk has torn an entry of it. Parts of a long line share one time."""
    lines: list[int] = []
    parts: dict[str, tuple[str, str]] = {}
    is_torn = False
    for text in file.read_text(encoding="utf-8", errors="replace").splitlines():
        whole = text[max(text.rfind('{"log":'), 0) :]  # what follows a torn entry on its line can be read
        is_torn = is_torn or whole != text
        try:
            entry = json.loads(whole)
        except ValueError:
            is_torn = True
            continue
        stream, at = entry["stream"], entry["time"]
        before, said = parts.pop(stream, ("", ""))
        if said and before != at:  # its rest was torn
            lines += _read(said, stream)
            said = ""
        if entry["log"].endswith("\n"):
            lines += _read(said + entry["log"], stream)
        else:
            parts[stream] = at, said + entry["log"]
    return lines, is_torn


def _read(text: str, stream: str) -> list[int]:
    line = read_line(text, stream)
    return [] if line is None else [line[1]]
