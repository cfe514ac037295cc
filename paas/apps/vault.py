"""What is kept secret in the database: sealed with a key that lies beside it in the data folder, not in it.

Fernet (AES-128-CBC with HMAC-SHA256), because its tokens are text, carry their version, and a second key can be added
for a change of keys without touching what is stored. It guards against who reads the database, a copy or a backup of it
alone; whoever also has the key file can read everything.
"""

import base64
import binascii
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from paas.errors import Invalid
from paas.storage.key_file import KeyFile


def _is_whole(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key)) == 32
    except (binascii.Error, ValueError):
        return False


FILE = KeyFile(
    name="environment_key",
    what="key of the apps' environments",
    risk="read every app's secrets from a copy of the database",
    loss="put it back from a backup, or delete it and give the secrets of every app again.",
    make=lambda: Fernet.generate_key().decode(),
    is_whole=_is_whole,
)


class Vault:
    """Seals and opens texts with the key in ``data_dir``, which is made when there is none."""

    def __init__(self, data_dir: Path) -> None:
        self._fernet = Fernet(FILE.load(data_dir))

    def __repr__(self) -> str:
        return "Vault()"

    def seal(self, text: str) -> str:
        """``text`` as only this key can open it; the same text never looks the same twice."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text that was sealed; Invalid when it was with another key, or was changed since."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except (InvalidToken, ValueError) as error:
            raise Invalid(
                f"A secret in the database was sealed with another key than {FILE.name} in the data folder. "
                "Put that file back from a backup, or delete the app's variables and secrets and give them again."
            ) from error
