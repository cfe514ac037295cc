"""The key that signs cookies and access tokens: made at the first start, kept in the data folder, for us alone."""

import os
import secrets
import stat
from pathlib import Path

from paas.errors import Invalid

NAME = "secret_key"
MIN_LENGTH = 32


def load_secret_key(data_dir: Path) -> str:
    """The key in ``data_dir``; Invalid, saying what to do, when others could have read it or it is damaged."""
    path = data_dir / NAME
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        return _read(path)
    except OSError as error:
        raise Invalid(f"The secret key {path} cannot be used: {error.strerror}. See PAAS_DATA_DIR.") from error


def _make(path: Path) -> None:
    """Create the file unless it is there. Written aside and linked: a second process never reads half a key."""
    if path.exists():
        return
    aside = path.with_name(f"{NAME}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass  # another process was quicker: its key counts
    finally:
        aside.unlink()


def _read(path: Path) -> str:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise Invalid(
            f"Others can read the secret key {path} (mode {mode:04o}), and with it sign in as anyone. If nobody has, "
            f"run: chmod 600 {path}. Otherwise delete it: everyone signs in again, with a new key."
        )
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if len(key) < MIN_LENGTH:
        raise Invalid(f"The secret key {path} is damaged. Delete it: everyone signs in again, with a new key.")
    return key
