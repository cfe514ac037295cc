"""Writes a deployment's log. Whoever has something to say does not wait for the disk."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from paas.concurrency import run_blocking
from paas.deployments.journal.file import last_end
from paas.deployments.journal.lines import LONGEST_LINE_BYTES, encoded, torn_end
from paas.errors import Unavailable

log = logging.getLogger(__name__)

PACE_SECONDS = 0.02
"""What is said within it is written together, but for the first line after a silence."""

MOST_PENDING_BYTES = 4 * 1024 * 1024
"""Whoever says more than the disk takes has to wait."""


class Writer:
    """``with journals.writer(id, mask) as journal: journal.say("...")``. What was said before ``close`` is in the file
    after it.

    Lines that cannot be written (the disk is full) are counted, and a line says how many they were as soon as one can
    be written: a deployment does not fail for its log.
    """

    def __init__(self, path: Path, mask: Callable[[str], str], on_written: Callable[[], None]) -> None:
        self._path, self._mask, self._on_written = path, mask, on_written
        self._turn = threading.Lock()
        self._pending: list[bytes] = []
        self._pending_bytes = self._lost = 0
        self._reason = ""
        self._is_closing = False
        self._wake, self._has_room = threading.Event(), threading.Event()
        self._file = run_blocking(_open, path)
        self._thread = threading.Thread(target=self._write_all, name=f"journal-{path.stem}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def say(self, text: str) -> None:
        """Add this, which may be several lines, to the log, with the secrets in it blanked out."""
        self._add(text, is_error=False)

    def warn(self, text: str) -> None:
        """The same, as what came on the standard error."""
        self._add(text, is_error=True)

    def close(self) -> None:
        """Wait until everything is in the file. Interrupted, it is written all the same."""
        self._is_closing = True
        self._wake.set()
        self._thread.join()

    def _add(self, text: str, *, is_error: bool) -> None:
        now = time.time_ns()
        lines = self._mask(text).removesuffix("\n").split("\n")
        kept = [encoded(now, line.removesuffix("\r"), is_error=is_error) for line in lines]
        with self._turn:
            self._pending += kept
            self._pending_bytes += sum(map(len, kept))
        self._wake.set()
        while self._pending_bytes > MOST_PENDING_BYTES:
            self._has_room.clear()
            self._has_room.wait(PACE_SECONDS)

    def _write_all(self) -> None:
        while not (self._is_closing and not self._pending):
            self._wake.wait()
            self._wake.clear()
            self._write_pending()
            if not self._is_closing:
                time.sleep(PACE_SECONDS)
        if self._lost:
            self._write([])
        if self._lost:
            log.error("%s lacks its last %s lines: %s", self._path, self._lost, self._reason)
        run_blocking(os.close, self._file)

    def _write_pending(self) -> None:
        with self._turn:
            lines, self._pending, self._pending_bytes = self._pending, [], 0
        self._has_room.set()
        if lines:
            self._write(lines)

    def _write(self, lines: list[bytes]) -> None:
        said = self._declaration() + b"".join(lines)
        try:
            run_blocking(_append, self._file, said)
        except OSError as error:
            self._lost, self._reason = self._lost + len(lines), error.strerror or str(error)
        else:
            self._lost = 0
            self._on_written()

    def _declaration(self) -> bytes:
        if not self._lost:
            return b""
        lines = "1 line is" if self._lost == 1 else f"{self._lost} lines are"
        return encoded(time.time_ns(), f"[{lines} missing here: {self._reason}]", is_error=True)


def _open(path: Path) -> int:
    """For appending, its last line mended if a crash tore it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        try:
            _mend(file, last_end(path))
        except BaseException:
            os.close(file)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unavailable(f"The log of this deployment cannot be kept in {path.parent}: {reason}.") from error
    return file


def _mend(file: int, end: int) -> None:
    torn = os.pread(file, 2 * LONGEST_LINE_BYTES, end)
    mark = torn_end(torn)
    if torn and mark is None:
        os.ftruncate(file, end)
    elif torn and mark is not None:
        _append(file, mark)


def _append(file: int, said: bytes) -> None:
    """All of it or nothing: half a line would be taken for one that is still being written."""
    before = os.fstat(file).st_size
    try:
        rest = memoryview(said)
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError:
        os.ftruncate(file, before)
        raise
