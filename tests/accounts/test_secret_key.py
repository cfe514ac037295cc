"""The key file: made once, for us alone, never trusted when others could have read it."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from paas.accounts import secret_key
from paas.errors import Invalid


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data"


def test_made_at_the_first_start_and_read_afterwards(folder):
    key = secret_key.load_secret_key(folder)
    assert len(key) >= 64
    assert secret_key.load_secret_key(folder) == key
    assert os.listdir(folder) == ["secret_key"]


def test_file_and_folder_are_for_us_alone(folder):
    secret_key.load_secret_key(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_two_installations_have_different_keys(tmp_path):
    assert secret_key.load_secret_key(tmp_path / "a") != secret_key.load_secret_key(tmp_path / "b")


def test_many_first_starts_at_the_same_time_agree_on_one_key(folder):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key.load_secret_key, [folder] * 32))
    assert len(keys) == 1
    assert os.listdir(folder) == ["secret_key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620, 0o777])
def test_file_that_others_can_reach_is_refused_with_what_to_do(folder, mode):
    secret_key.load_secret_key(folder)
    (folder / "secret_key").chmod(mode)
    with pytest.raises(Invalid, match="chmod 600"):
        secret_key.load_secret_key(folder)


@pytest.mark.parametrize("content", [b"", b"\n", b"short\n", b"\xff\xfe"])
def test_damaged_file_is_refused_with_what_to_do(folder, content):
    folder.mkdir()
    path = folder / "secret_key"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(Invalid, match=r"damaged\. Delete it"):
        secret_key.load_secret_key(folder)


def test_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Invalid, match="cannot be used: File exists"):
        secret_key.load_secret_key(tmp_path / "file")


def test_rotated_twice_the_first_key_is_gone(folder):
    first = secret_key.load_secret_key(folder)
    secret_key.rotate(folder)
    second = secret_key.load_secret_keys(folder)
    assert second[1:] == (first,)
    secret_key.rotate(folder)
    third = secret_key.load_secret_keys(folder)
    assert (third[1:], len({first, second[0], third[0]})) == ((second[0],), 3)
    assert os.listdir(folder) == ["secret_key"]
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_short_key_below_a_whole_one_is_damage_too(folder):
    secret_key.load_secret_key(folder)
    with (folder / "secret_key").open("a") as file:
        file.write("short\n")
    with pytest.raises(Invalid, match="is damaged"):
        secret_key.load_secret_keys(folder)
