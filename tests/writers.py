"""Commands for the ``python`` image (``tests/images.py``) that write known lines at a known pace."""

import json
import os
from pathlib import Path
from typing import NamedTuple

_NUMBERED = """
import os, sys, time
rate, count, width, stay = map(int, sys.argv[1:5])
streams = [(name, {"stdout": 1, "stderr": 2}[name]) for name in sys.argv[5].split(",")]

def lines(name, first, end):
    now = time.time_ns()
    return "".join(f"{n} {now} {name} ".ljust(width, ".") + "\\n" for n in range(first, end)).encode()

start, done = time.monotonic(), 0
while done < count:
    due = min(count, done + 500)
    if rate:
        # Absolute deadlines: what comes late makes a larger batch, the pace stays.
        due = min(count, int((time.monotonic() - start) * rate) + 1)
        if due <= done:
            time.sleep(max(0.0, start + done / rate - time.monotonic()))
            continue
    for name, file in streams:
        data = lines(name, done, due)
        while data:
            data = data[os.write(file, data):]
    done = due
while stay:
    time.sleep(3600)
"""

_PUPPET = """
import json, os
for order in open(os.open("/strings/fifo", os.O_RDWR), encoding="ascii"):
    stream, told = json.loads(order)
    if stream == "exit":
        os._exit(told)
    data = told.encode("latin-1")
    while data:
        data = data[os.write({"stdout": 1, "stderr": 2}[stream], data):]
"""


class Numbered(NamedTuple):
    """What a numbered line says of itself: its place within its stream, from 0, and the clock just before its write.

    That clock is this machine's own, so a reader may take the difference.
    """

    number: int
    written_ns: int
    stream: str


def numbered(*, count: int, rate: int = 0, width: int = 80, stream: str = "stdout", stays: bool = False) -> list[str]:
    """``count`` lines on each stream of ``stream`` (``"stdout,stderr"`` for both).

    ``rate`` is per second and stream, 0 as fast as it can. ``width`` is that of a line, filled with
    dots. With ``stays`` the container goes on running in silence.
    """
    return _script(_NUMBERED, str(rate), str(count), str(width), str(int(stays)), stream)


def read_numbered(text: str) -> Numbered:
    number, written_ns, stream = text.split(" ", 3)[:3]
    return Numbered(int(number), int(written_ns), stream)


class Puppet:
    """A container that writes what a test tells it to, byte for byte, when the test tells it to.

    Start a container with its ``command`` and ``volumes``, then ``say``. The strings are a named pipe in a folder that
    both see; what is said before the container runs is written once it does.
    """

    def __init__(self, folder: Path) -> None:
        os.mkfifo(folder / "fifo")
        # Opened for both: neither side ever waits for the other to come, nor reads an end when it goes.
        self._strings = os.open(folder / "fifo", os.O_RDWR)
        self.command = _script(_PUPPET)
        self.volumes = {str(folder): {"bind": "/strings", "mode": "rw"}}

    def say(self, told: str | bytes, *, stream: str = "stdout", end: str = "\n") -> None:
        """Write a line, or exactly these bytes."""
        data = told if isinstance(told, bytes) else (told + end).encode()
        self._tell([stream, data.decode("latin-1")])

    def exit(self, code: int = 0) -> None:
        self._tell(["exit", code])

    def close(self) -> None:
        os.close(self._strings)

    def _tell(self, order: list[str | int]) -> None:
        data = (json.dumps(order) + "\n").encode()
        while data:
            data = data[os.write(self._strings, data) :]


def _script(source: str, *arguments: str) -> list[str]:
    # Isolated and without site: the image holds only what the scripts need, and starts in 0.1 s.
    return ["python3", "-ISc", source, *arguments]
