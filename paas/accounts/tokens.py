"""Access tokens: JWTs for clients that have no cookie. Each belongs to a session and ends with it, whatever it says.

HS256, as one process both issues and reads them; the key is derived from the secret key, so that nothing signed for
another purpose can pass for a token. The algorithm is pinned: "none" and every other one is refused.
"""

import hmac
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass

import jwt

from paas.errors import NotSignedIn

PAGE_LIFETIME_SECONDS = 15 * 60
LOGIN_LIFETIME_SECONDS = 12 * 3600  # a client with a password and no cookie: long enough for a day's script

ALGORITHM = "HS256"
AUDIENCE = "quayside"
NOT_VALID = "This access token is not valid. Sign in again."


@dataclass(frozen=True)
class Claims:
    """What a token says, found genuine and not expired."""

    user_id: int
    session_id: str
    expires_at: float


def issue(secret_key: str, *, user_id: int, session_id: str, lifetime_seconds: int) -> str:
    """A signed token that expires after ``lifetime_seconds``."""
    now = int(time.time())
    claims = {
        "aud": AUDIENCE,
        "exp": now + lifetime_seconds,
        "iat": now,
        "jti": secrets.token_urlsafe(12),
        "sub": str(user_id),
        "sid": session_id,
    }
    return jwt.encode(claims, _key(secret_key), algorithm=ALGORITHM)


def read(secret_keys: Sequence[str], token: str) -> Claims:
    """What ``token`` says; NotSignedIn unless we issued it, with one of these keys, and it has not expired."""
    required = ["aud", "exp", "iat", "jti", "sub", "sid"]
    for number, secret_key in enumerate(secret_keys, 1):
        try:
            claims = jwt.decode(
                token, _key(secret_key), algorithms=[ALGORITHM], audience=AUDIENCE, options={"require": required}
            )
            return Claims(int(claims["sub"]), str(claims["sid"]), float(claims["exp"]))
        except jwt.ExpiredSignatureError as error:
            raise NotSignedIn("This access token has expired. Sign in again.") from error
        except (jwt.InvalidTokenError, ValueError) as error:
            if isinstance(error, jwt.InvalidSignatureError) and number < len(secret_keys):
                continue
            raise NotSignedIn(NOT_VALID) from error
    raise NotSignedIn(NOT_VALID)


def _key(secret_key: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"quayside access token", "sha256")
