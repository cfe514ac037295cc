"""Access tokens: what is issued is read back, and everything else is refused."""

import base64
import json
import time

import jwt
import pytest

from paas.accounts import tokens
from paas.errors import NotSignedIn

SECRET = "a secret key for one test, long enough"
KEY = tokens._key(SECRET)


def issue(lifetime=900):
    return tokens.issue(SECRET, user_id=7, session_id="s" * 64, lifetime_seconds=lifetime)


def claims(**changes):
    now = int(time.time())
    usual = {"aud": "quayside", "exp": now + 7200, "iat": now, "jti": "1", "sub": "7", "sid": "s"}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_issued_token_is_read_back():
    before = time.time()
    read = tokens.read([SECRET], issue(900))
    assert (read.user_id, read.session_id) == (7, "s" * 64)
    assert before + 899 <= read.expires_at <= time.time() + 900


def test_two_tokens_differ_and_carry_all_claims():
    first, second = (jwt.decode(issue(), options={"verify_signature": False}) for _ in range(2))
    assert set(first) == {"aud", "exp", "iat", "jti", "sub", "sid"}
    assert first["jti"] != second["jti"]


@pytest.mark.parametrize("lifetime", [0, -1, -3600])
def test_expired_token_is_refused_and_says_so(lifetime):
    with pytest.raises(NotSignedIn, match="has expired"):
        tokens.read([SECRET], issue(lifetime))


def tampered():
    header, _, signature = issue().split(".")
    return f"{header}.{part(claims(sub='1'))}.{signature}"


FORGED = {
    "empty": "",
    "words": "not a token",
    "no signature": issue().rsplit(".", 1)[0] + ".",
    "changed claims": tampered(),
    "algorithm none": jwt.encode(claims(), None, algorithm="none"),
    "algorithm None by hand": f"{part({'alg': 'None', 'typ': 'JWT'})}.{part(claims())}.",
    "another algorithm": jwt.encode(claims(), KEY * 2, algorithm="HS512"),
    "another key": jwt.encode(claims(), b"k" * 32, algorithm="HS256"),
    "the secret key itself": jwt.encode(claims(), SECRET, algorithm="HS256"),
    "another audience": jwt.encode(claims(aud="elsewhere"), KEY, algorithm="HS256"),
    "no audience": jwt.encode(claims(aud=None), KEY, algorithm="HS256"),
    "no expiry": jwt.encode(claims(exp=None), KEY, algorithm="HS256"),
    "no session": jwt.encode(claims(sid=None), KEY, algorithm="HS256"),
    "no id": jwt.encode(claims(jti=None), KEY, algorithm="HS256"),
    "issued tomorrow": jwt.encode(claims(iat=int(time.time()) + 86400), KEY, algorithm="HS256"),
    "subject not a number": jwt.encode(claims(sub="root"), KEY, algorithm="HS256"),
    "outside ASCII": "é.é.é",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED)
def test_anything_else_is_refused(token):
    with pytest.raises(NotSignedIn, match="not valid"):
        tokens.read([SECRET], token)


def test_token_of_an_older_key_counts_while_that_is_kept():
    new = "another secret key, long enough too"
    assert tokens.read([new, SECRET], issue()).user_id == 7
    for keys in ([new], [new, f"{SECRET}!"], []):
        with pytest.raises(NotSignedIn, match="not valid"):
            tokens.read(keys, issue())


def test_expired_token_of_an_older_key_is_said_to_have_expired():
    with pytest.raises(NotSignedIn, match="has expired"):
        tokens.read(["another secret key, long enough too", SECRET], issue(-1))
