"""Tokens and keys: kept sealed, shown to nobody, good for what they are made for."""

import subprocess

import pytest

from paas.apps import catalogue, credentials
from paas.apps.credentials import AppSecrets
from paas.errors import Forbidden, Invalid
from paas.storage.tables import AppRow

from .conftest import wanted

HOOK = "hook-1234-5678-9012"


def test_app_begins_without_secrets(session, vault, shop):
    assert credentials.secrets_of(session, vault, shop.id) == AppSecrets()


def test_secrets_are_set_one_by_one_and_taken_away(session, vault, bob, shop):
    credentials.set_secrets(session, vault, bob, shop, git_token="ghp_1")
    credentials.set_secrets(session, vault, bob, shop, webhook_secret=HOOK)
    kept = AppSecrets(git_token="ghp_1", webhook_secret=HOOK, git_origin="https://example.org")
    assert credentials.secrets_of(session, vault, shop.id) == kept
    credentials.set_secrets(session, vault, bob, shop, git_token="")
    assert credentials.secrets_of(session, vault, shop.id) == AppSecrets(webhook_secret=HOOK)


def test_secrets_are_sealed_and_not_printed(session, vault, bob, shop):
    credentials.set_secrets(session, vault, bob, shop, git_token="ghp_12345")
    assert "ghp_12345" not in session.get(AppRow, shop.id).sealed_secrets
    assert "ghp_12345" not in repr(credentials.secrets_of(session, vault, shop.id))


@pytest.mark.parametrize("token", ["a b", "a\nb", "größe", "a\0b", "x" * 5000])
def test_token_that_could_break_a_header_is_refused_without_repeating_it(session, vault, bob, shop, token):
    with pytest.raises(Invalid, match="git_token must be one word") as raised:
        credentials.set_secrets(session, vault, bob, shop, git_token=token)
    assert token not in raised.value.message


def test_webhook_secret_that_could_be_guessed_is_refused(session, vault, bob, shop):
    with pytest.raises(Invalid, match="at least 16 characters") as raised:
        credentials.set_secrets(session, vault, bob, shop, webhook_secret="hook-5678")
    assert raised.value.field == "webhook_secret"
    assert credentials.secrets_of(session, vault, shop.id) == AppSecrets()


def test_token_is_not_sent_unencrypted(session, vault, bob):
    app = catalogue.create(session, bob, wanted("plain", repository="http://git.lan/shop.git"))
    with pytest.raises(Invalid, match="https://"):
        credentials.set_secrets(session, vault, bob, app, git_token="ghp_1")


def test_token_goes_to_the_server_that_it_was_given_for_alone(session, vault, ada, bob, shop):
    credentials.set_secrets(session, vault, ada, shop, git_token="ghp_1", webhook_secret=HOOK)
    for repository, token in (
        ("https://example.org/other.git", "ghp_1"),
        ("https://bob.example/shop.git", ""),
        ("http://example.org/shop.git", ""),
        ("git@example.org:shop.git", ""),
    ):
        catalogue.change(session, bob, shop, repository=repository)
        kept = credentials.secrets_of(session, vault, shop.id)
        assert (kept.git_token, kept.webhook_secret) == (token, HOOK), repository


def test_only_who_may_change_the_app_may_set_them(session, vault, eve, shop):
    for act in (credentials.set_secrets, credentials.new_webhook_secret, credentials.new_deploy_key):
        with pytest.raises(Forbidden):
            act(session, vault, eve, shop)


def test_webhook_secret_is_new_each_time(session, vault, bob, shop):
    first, second = (credentials.new_webhook_secret(session, vault, bob, shop) for _ in range(2))
    assert first != second
    assert credentials.secrets_of(session, vault, shop.id).webhook_secret == second


def test_deploy_key_is_a_pair_that_ssh_takes(session, vault, bob, shop, tmp_path):
    public = credentials.new_deploy_key(session, vault, bob, shop)
    private = tmp_path / "key"
    private.touch(mode=0o600)
    private.write_text(credentials.secrets_of(session, vault, shop.id).deploy_key_private)
    assert public.split()[0] == "ssh-ed25519"
    assert public.endswith("quayside-shop")
    assert "\n" not in public
    assert catalogue.load(session, shop.id).deploy_key == public
    assert _public_half(private).split()[:2] == public.split()[:2]


def _public_half(private):
    """As ssh itself finds it, or the library where there is no ssh."""
    try:
        done = subprocess.run(["ssh-keygen", "-y", "-f", private], capture_output=True, text=True, check=True)
    except FileNotFoundError:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - only where there is no ssh

        key = serialization.load_ssh_private_key(private.read_bytes(), None).public_key()
        return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
    return done.stdout


def test_printed_key_pair_shows_its_public_half_alone():
    key = credentials.make_deploy_key("shop")
    assert "PRIVATE" in key.private
    assert "PRIVATE" not in repr(key)


def test_change_of_a_secret_needs_no_deployment(session, vault, bob, shop):
    credentials.set_secrets(session, vault, bob, shop, git_token="ghp_1")
    assert catalogue.load(session, shop.id).changed_at == shop.changed_at
