"""The key that signs cookies and access tokens: made at the first start, kept in the data folder, for us alone."""

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
    is_whole=lambda key: len(key) >= MIN_LENGTH,
)


def load_secret_key(data_dir: Path) -> str:
    """The key in ``data_dir``; Invalid, saying what to do, when others could have read it or it is damaged."""
    return FILE.load(data_dir)
