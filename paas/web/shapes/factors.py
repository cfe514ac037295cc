"""Two-factor sign-in as the account page shows it."""

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from paas.accounts import two_factor
from paas.accounts.permissions import Actor
from paas.accounts.two_factor import Sealer
from paas.errors import Invalid
from paas.web.shapes import qr


@dataclass(frozen=True)
class FactorLine:
    """``secret`` and its ``qr`` code are there while the first code is waited for, and never again."""

    is_on: bool
    codes_left: int
    secret: str = field(default="", repr=False)
    qr: str = field(default="", repr=False)


def factor_line(session: Session, who: Actor, sealer: Sealer) -> FactorLine:
    is_on, left = two_factor.is_on(session, who.user_id), two_factor.recovery_codes_left(session, who.user_id)
    try:
        secret = two_factor.begun(session, who, sealer)
    except Invalid:  # it was sealed with a key that is lost: begin anew
        secret = None
    if secret is None:
        return FactorLine(is_on, left)
    return FactorLine(is_on, left, " ".join(_groups(secret)), qr.svg(two_factor.address_of(secret, who.username)))


def _groups(secret: str) -> list[str]:
    """Of four letters: it may have to be typed."""
    return [secret[start : start + 4] for start in range(0, len(secret), 4)]
