"""The second step of signing in: a code of six digits that an app on one's phone shows (TOTP, RFC 6238), or a recovery
code that was written down. A code counts once, also within the half minute in which it is right.

The secret is sealed, as it must be read to check a code; recovery codes are random enough for a fast hash.
"""

import hashlib
import secrets
import time
from typing import Protocol

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, require
from paas.errors import Conflict, Invalid
from paas.storage.tables import RecoveryCodeRow, SecondFactorRow

ISSUER = "Quayside"
STEP_SECONDS = 30
STEPS_BESIDE = 1
"""How far clocks may differ, either way."""

RECOVERY_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


class Sealer(Protocol):
    """Keeps a text so that the database alone does not tell it."""

    def seal(self, text: str) -> str: ...

    def open(self, sealed: str) -> str: ...


def is_on(session: Session, user_id: int) -> bool:
    """Whether this person needs a code to sign in."""
    row = session.get(SecondFactorRow, user_id)
    return row is not None and row.confirmed_at is not None


def begin(session: Session, actor: Actor, sealer: Sealer) -> str:
    """A new secret, which counts once a code of it was given; Conflict when there is one that counts already."""
    require(actor, Action.MANAGE_ACCOUNT)
    if is_on(session, actor.user_id):
        raise Conflict("Two-factor sign-in is on already. Turn it off first.")
    session.execute(delete(SecondFactorRow).where(SecondFactorRow.user_id == actor.user_id))
    secret = pyotp.random_base32()
    session.add(
        SecondFactorRow(user_id=actor.user_id, sealed_secret=sealer.seal(secret), last_step=0, begun_at=time.time())
    )
    return secret


def begun(session: Session, actor: Actor, sealer: Sealer) -> str | None:
    """The secret that waits for its first code."""
    require(actor, Action.MANAGE_ACCOUNT)
    row = session.get(SecondFactorRow, actor.user_id)
    return sealer.open(row.sealed_secret) if row is not None and row.confirmed_at is None else None


def address_of(secret: str, username: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def confirm(session: Session, actor: Actor, sealer: Sealer, code: str) -> list[str]:
    """Turn it on with a first code; the recovery codes, which are kept nowhere here. Invalid for a wrong code."""
    require(actor, Action.MANAGE_ACCOUNT)
    row = session.get(SecondFactorRow, actor.user_id)
    if row is None or row.confirmed_at is not None:
        raise Conflict("There is nothing to confirm. Begin anew.")
    if not _takes_code(session, row, sealer, code):
        raise Invalid("This code is not right. Enter the one that the app shows now; its clock must be right.")
    row.confirmed_at = time.time()
    return renew_recovery_codes(session, actor)


def renew_recovery_codes(session: Session, actor: Actor) -> list[str]:
    """New ones; those from before count no more."""
    require(actor, Action.MANAGE_ACCOUNT)
    if not is_on(session, actor.user_id):
        raise Conflict("Two-factor sign-in is off. Turn it on first.")
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == actor.user_id))
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCodeRow(user_id=actor.user_id, hash=_hash(code)) for code in codes)
    session.flush()
    return codes


def recovery_codes_left(session: Session, user_id: int) -> int:
    mine = select(func.count()).select_from(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id)
    return session.scalar(mine) or 0


def accepts(session: Session, user_id: int, sealer: Sealer, code: str) -> bool:
    """Whether this code lets its person in. It is used up by that."""
    used = delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id, RecoveryCodeRow.hash == _hash(code))
    if session.scalar(used.returning(RecoveryCodeRow.hash)) is not None:
        return True
    row = session.get(SecondFactorRow, user_id)
    return row is not None and row.confirmed_at is not None and _takes_code(session, row, sealer, code)


def turn_off(session: Session, user_id: int) -> None:
    """Who asks has proved with the password, or at the command line, that they may; nothing happens when it is off."""
    session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.user_id == user_id))
    session.execute(delete(SecondFactorRow).where(SecondFactorRow.user_id == user_id))


def _takes_code(session: Session, row: SecondFactorRow, sealer: Sealer, code: str) -> bool:
    """The step that the code is of must come after the last one taken: a code that was overheard is worth nothing."""
    digits = "".join(code.split())
    if not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
        return False
    totp, now = pyotp.TOTP(sealer.open(row.sealed_secret)), int(time.time()) // STEP_SECONDS
    for step in range(now - STEPS_BESIDE, now + STEPS_BESIDE + 1):
        if secrets.compare_digest(totp.generate_otp(step), digits):
            newer = (SecondFactorRow.user_id == row.user_id, SecondFactorRow.last_step < step)
            taken = update(SecondFactorRow).where(*newer).values(last_step=step).returning(SecondFactorRow.user_id)
            return session.scalar(taken) is not None
    return False


def _recovery_code() -> str:
    """Twelve letters in three groups: 59 bits, and attempts to guess are few."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def _hash(code: str) -> str:
    plain = "".join(each for each in code.lower() if each not in " -")
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()
