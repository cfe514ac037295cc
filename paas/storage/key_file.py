"""A file in the data folder that holds one key: made at the first start, for us alone, never read half written."""

import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from paas.errors import Invalid


@dataclass(frozen=True)
class KeyFile:
    """``what`` names it in a sentence; ``risk`` is what others do who have read it; ``loss`` what to do without it."""

    name: str
    what: str
    risk: str
    loss: str
    make: Callable[[], str]
    is_whole: Callable[[str], bool]

    def load(self, data_dir: Path) -> str:
        """The key in ``data_dir``; Invalid, saying what to do, when others could have read it or it is damaged."""
        path = data_dir / self.name
        try:
            data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make(path)
            return self._read(path)
        except OSError as error:
            raise Invalid(f"The {self.what} {path} cannot be used: {error.strerror}. See PAAS_DATA_DIR.") from error

    def replace(self, data_dir: Path, text: str) -> None:
        """Have the file hold this; nobody reads half of it."""
        try:
            self._written_aside(data_dir / self.name, text).replace(data_dir / self.name)
        except OSError as error:
            raise Invalid(f"The {self.what} could not be replaced: {error.strerror}. See PAAS_DATA_DIR.") from error

    def _make(self, path: Path) -> None:
        """Create the file unless it is there. Written aside and linked: a second process never reads half a key."""
        if path.exists():
            return
        aside = self._written_aside(path, self.make())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass  # another process was quicker: its key counts
        finally:
            aside.unlink()

    def _written_aside(self, path: Path, text: str) -> Path:
        aside = path.with_name(f"{self.name}.{secrets.token_hex(8)}")
        descriptor = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
        return aside

    def _read(self, path: Path) -> str:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise Invalid(
                f"Others can read the {self.what} {path} (mode {mode:04o}), and with it {self.risk}. If nobody has, "
                f"run: chmod 600 {path}. Otherwise {self.loss}"
            )
        key = path.read_text(encoding="ascii", errors="replace").strip()
        if not self.is_whole(key):
            raise Invalid(f"The {self.what} {path} is damaged. {self.loss[0].upper()}{self.loss[1:]}")
        return key
