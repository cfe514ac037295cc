"""Passwords: what is accepted as one, and how it is kept (Argon2id).

Argon2id with OWASP's way of choosing: as much memory as we can spend, then as many passes as 100 ms allow. Hashing
holds the loop up and takes ``HASHER.memory_cost`` KiB, so it runs in a real thread, and never more than two at once:
a hundred sign-ins at the same time wait for one another instead of taking 3 GB. More than that are refused: the last in
line would wait for minutes, and whoever floods us with wrong passwords must not decide how much is held in memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from paas.concurrency import run_blocking
from paas.errors import Invalid, TooMany

MIN_LENGTH = 10
MAX_LENGTH = 256  # hashing time must not be the client's to choose

HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)

COMMON = Path(__file__).with_name("common_passwords.txt")

SHORTEST_WORD = 6
"""What is left of a password without its digits says nothing of it when it is shorter."""

MOST_AT_ONCE = 2
MOST_IN_LINE = 100
CROWDED_SECONDS = 5

_slots = BoundedSemaphore(MOST_AT_ONCE)
_places = BoundedSemaphore(MOST_IN_LINE)


def check(password: str, *, username: str) -> None:
    """Invalid unless this may become the password of ``username``. Length is what counts,
    and that it is not one of those that everybody tries (NIST SP 800-63B)."""
    if len(password) < MIN_LENGTH:
        raise Invalid(f"The password must have at least {MIN_LENGTH} characters.")
    if len(password) > MAX_LENGTH:
        raise Invalid(f"The password must have at most {MAX_LENGTH} characters.")
    if password.lower() == username.lower():
        raise Invalid("The password must not be the username.")
    if not _is_text(password):
        raise Invalid("The password has characters that cannot be stored.")
    if len(set(password)) == 1:
        raise Invalid("The password must not be one character repeated.")
    if _bare(password) in _common():
        raise Invalid("This password is among the most used ones, which are tried first. Choose another one.")


def hash_password(password: str) -> str:
    """The text to keep: parameters, salt and hash in one."""
    with _place(), _slots:
        return run_blocking(HASHER.hash, password)


def verify(password_hash: str | None, password: str) -> bool:
    """Whether this is the password. ``None`` (no such user) is never right and takes just as long to find out."""
    if len(password) > MAX_LENGTH or not _is_text(password):
        return False
    with _place(), _slots:
        return run_blocking(_verify, password_hash or _nobodys_hash(), password) and password_hash is not None


def refuse_when_crowded() -> None:
    """TooMany while so many passwords are being judged that one more would have to be refused."""
    with _place():
        pass


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise TooMany(
            f"Too many people sign in at this moment. Try again in {CROWDED_SECONDS} s.",
            retry_after_seconds=CROWDED_SECONDS,
        )
    try:
        yield
    finally:
        _places.release()


def needs_rehash(password_hash: str) -> bool:
    """Whether it was made with other parameters than those of today."""
    return HASHER.check_needs_rehash(password_hash)


@cache
def _common() -> frozenset[str]:
    """Read when the first password is chosen: most starts of the dashboard need it not."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(_bare(line) for line in lines if not line.startswith("# "))


def _bare(password: str) -> str:
    """Without what people add to a common one to have it accepted: capitals, blanks, a digit or a sign at its end."""
    whole = "".join(password.lower().split())
    word = whole.rstrip("0123456789!.?*#$-_")
    return word if len(word) >= SHORTEST_WORD else whole


def _is_text(password: str) -> bool:
    """JSON can carry half a character ("\\ud800"), which no encoding can."""
    return not any("\ud800" <= character <= "\udfff" for character in password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _nobodys_hash() -> str:
    """A hash made up, with today's parameters, that no known password has."""
    cost = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"
