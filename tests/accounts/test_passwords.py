"""What is accepted as a password, and how it is kept."""

from threading import BoundedSemaphore

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from paas.accounts import passwords
from paas.errors import Invalid, TooMany

REAL = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "at least 10"),
        ("", "at least 10"),
        ("a" * 257, "at most 256"),
        ("ada.lovelace", "must not be the username"),
        ("Ada.Lovelace", "must not be the username"),
        ("aaaaaaaaaaaa", "one character repeated"),
        ("1234567890", "most used"),
        ("qwertyuiop", "most used"),
        ("QwertyUiop1!", "most used"),
        ("1q2w3e4r5t6y", "most used"),
        ("iloveyou 123", "most used"),
        ("Password1234", "most used"),
        ("half a \ud800 character", "cannot be stored"),
    ],
)
def test_bad_password_is_refused_with_the_reason(password, says):
    with pytest.raises(Invalid, match=says):
        passwords.check(password, username="Ada.Lovelace")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "ten chars!",
        "b 5391-7730-2281",
        "correct horse 1",
        "пароль-пароль",
        "x" * 255 + "y",
        "🐎" * 9 + "🔋",
    ],
)
def test_good_password_is_accepted_and_recognised(password):
    passwords.check(password, username="ada")
    kept = passwords.hash_password(password)
    assert passwords.verify(kept, password)
    assert not passwords.verify(kept, password + "x")


def test_kept_as_argon2id_with_a_salt_of_its_own():
    first, second = passwords.hash_password("correct horse"), passwords.hash_password("correct horse")
    assert extract_parameters(first).type is Type.ID
    assert first != second
    assert "correct" not in first


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA"])
def test_no_user_or_a_damaged_hash_is_never_right(kept):
    assert passwords.verify(kept, "correct horse") is False


@pytest.mark.parametrize("password", ["x" * 257, "half a \ud800 character"])
def test_what_can_be_no_password_is_not_hashed(password, monkeypatch):
    kept = passwords.hash_password("correct horse")
    monkeypatch.setattr(passwords, "HASHER", None)
    assert passwords.verify(kept, password) is False


def test_unknown_user_costs_the_same_hash_as_a_known_one(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", REAL)
    assert extract_parameters(passwords._nobodys_hash()) == extract_parameters(passwords.hash_password("correct horse"))
    assert passwords.verify(None, "correct horse") is False


def test_more_than_can_wait_are_refused(monkeypatch):
    monkeypatch.setattr(passwords, "_places", BoundedSemaphore(1))
    with passwords._place():
        for ask in (passwords.refuse_when_crowded, lambda: passwords.hash_password("correct horse")):
            with pytest.raises(TooMany, match="Try again in 5 s"):
                ask()
        with pytest.raises(TooMany) as refused:
            passwords.verify(None, "correct horse")
    assert refused.value.retry_after_seconds == 5
    assert passwords.hash_password("correct horse")


def test_hash_of_other_parameters_needs_renewal(monkeypatch):
    kept = passwords.hash_password("correct horse")
    assert not passwords.needs_rehash(kept)
    monkeypatch.setattr(passwords, "HASHER", REAL)
    assert passwords.needs_rehash(kept)
    assert passwords.verify(kept, "correct horse")
