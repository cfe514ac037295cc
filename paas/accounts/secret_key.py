"""The key that signs cookies and access tokens: made at the first start, kept in the data folder, for us alone.

The file may hold the key before as well, on a line below: what it has signed counts until the next change of keys.
"""

import secrets
from pathlib import Path

from paas.storage.key_file import KeyFile

MIN_LENGTH = 32

FILE = KeyFile(
    name="secret_key",
    what="secret key",
    risk="sign in as anyone",
    loss="delete it: everyone signs in again, with a new key.",
    make=lambda: secrets.token_urlsafe(48),
    is_whole=lambda text: bool(text) and all(len(key) >= MIN_LENGTH for key in text.split()),
)


def load_secret_keys(data_dir: Path) -> tuple[str, ...]:
    """The key in ``data_dir`` that signs, and then the one before, if there is one; Invalid, saying what to do, when
    others could have read them or the file is damaged."""
    return tuple(FILE.load(data_dir).split())


def load_secret_key(data_dir: Path) -> str:
    """The key that signs."""
    return load_secret_keys(data_dir)[0]


def rotate(data_dir: Path) -> None:
    """Have a new key sign from the next start on. What the one before it all has signed is worth nothing any more."""
    FILE.replace(data_dir, f"{FILE.make()}\n{load_secret_key(data_dir)}")
