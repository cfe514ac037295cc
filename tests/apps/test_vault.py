"""What is sealed opens with its own key alone, and nothing shows what is inside."""

import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.apps.vault import Vault
from paas.errors import Invalid


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    return Vault(tmp_path_factory.mktemp("data"))


@given(st.text())
def test_text_comes_back_as_it_was(kept, text):
    assert kept.open(kept.seal(text)) == text


def test_same_text_never_looks_the_same_twice(vault):
    sealed = {vault.seal("hunter22") for _ in range(5)}
    assert len(sealed) == 5
    assert not any("hunter22" in each for each in sealed)


def test_next_start_opens_what_this_one_sealed(vault, tmp_path):
    assert Vault(tmp_path / "data").open(vault.seal("hunter22")) == "hunter22"


def test_key_is_made_once_and_for_us_alone(vault, tmp_path):
    assert os.listdir(tmp_path / "data") == ["environment_key"]
    assert stat.S_IMODE((tmp_path / "data" / "environment_key").stat().st_mode) == 0o600


def test_other_key_opens_nothing_and_says_what_to_do(vault, tmp_path):
    with pytest.raises(Invalid, match="Put that file back from a backup"):
        Vault(tmp_path / "other").open(vault.seal("hunter22"))


@pytest.mark.parametrize("sealed", ["", "nonsense", "größe", "gAAAAA" + "A" * 100])
def test_what_was_never_sealed_does_not_open(vault, sealed):
    with pytest.raises(Invalid, match="sealed with another key"):
        vault.open(sealed)


def test_changed_seal_does_not_open(vault):
    sealed = vault.seal("hunter22")
    with pytest.raises(Invalid):
        vault.open(sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:])


@pytest.mark.parametrize("content", ["", "short", "ü" * 44, "A" * 44 + "A"])
def test_damaged_key_file_is_refused_with_what_to_do(tmp_path, content):
    path = tmp_path / "environment_key"
    path.touch(mode=0o600)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Invalid, match=r"is damaged\. Put it back from a backup"):
        Vault(tmp_path)


def test_key_file_that_others_can_read_is_refused(vault, tmp_path):
    (tmp_path / "data" / "environment_key").chmod(0o644)
    with pytest.raises(Invalid, match="chmod 600"):
        Vault(tmp_path / "data")
