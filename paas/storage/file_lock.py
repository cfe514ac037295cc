"""A lock that one process holds and that the kernel takes back when the process ends, in whatever way."""

import fcntl
import os
from pathlib import Path


class FileLock:
    """On a file that is made when it is missing, readable for us alone. Its content means nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock if nobody has it; whether it is ours now."""
        if self._file is None:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                return False
            self._file = file
        return True

    def release(self) -> None:
        """Give it back; nothing happens when it is not ours."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
