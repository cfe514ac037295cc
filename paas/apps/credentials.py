"""What an app uses to reach its repository and to know its webhooks: sealed in the database, shown to nobody."""

import json
import secrets
from base64 import b64encode
from dataclasses import asdict, dataclass, field, replace
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy.orm import Session

from paas.accounts.permissions import Action, Actor, require
from paas.apps.app import App
from paas.apps.vault import Vault
from paas.errors import Invalid, NotFound
from paas.storage.tables import AppRow

LONGEST_TOKEN = 4_096
SHORTEST_WEBHOOK_SECRET = 16
"""Whoever has seen one delivery can try secrets without asking anybody."""


@dataclass(frozen=True)
class AppSecrets:
    """Empty where there is none. ``deploy_key_private`` is in OpenSSH's format.

    ``git_origin`` is the server that the token was given for. It is sent to no other one: whoever may change the app's
    repository could otherwise have somebody else's token sent to a server of their own.
    """

    git_token: str = field(default="", repr=False)
    deploy_key_private: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    git_origin: str = ""


@dataclass(frozen=True)
class DeployKey:
    """Both halves in OpenSSH's format; ``public`` is one line, without its end."""

    public: str
    private: str = field(repr=False)


def secrets_of(session: Session, vault: Vault, app_id: int) -> AppSecrets:
    """The app's secrets, for whom permission is no question; Invalid when they were sealed with another key."""
    row = _row(session, app_id)
    kept = AppSecrets(**json.loads(vault.open(row.sealed_secrets))) if row.sealed_secrets else AppSecrets()
    return kept if kept.git_origin == _origin(row.repository) else replace(kept, git_token="", git_origin="")


def set_secrets(
    session: Session,
    vault: Vault,
    actor: Actor,
    app: App,
    *,
    git_token: str | None = None,
    webhook_secret: str | None = None,
) -> None:
    """Keep these; None leaves one as it is, empty takes it away."""
    require(actor, Action.MANAGE_APP, app)
    changes = {
        name: text for name, text in (("git_token", git_token), ("webhook_secret", webhook_secret)) if text is not None
    }
    if not changes:
        return
    for name, text in changes.items():
        if len(text) > LONGEST_TOKEN or not (text.isascii() and text.isprintable()) or " " in text:
            raise Invalid(f"{name} must be one word of letters, digits and signs, without blanks.", field=name)
    if webhook_secret and len(webhook_secret) < SHORTEST_WEBHOOK_SECRET:
        raise Invalid(
            f"webhook_secret must have at least {SHORTEST_WEBHOOK_SECRET} characters, as it could be guessed. "
            "Have one made instead.",
            field="webhook_secret",
        )
    if git_token and _row(session, app.id).repository.startswith("http://"):
        raise Invalid(
            "A token would be sent unencrypted to this repository. Change its address to https:// first.",
            field="git_token",
        )
    if git_token is not None:
        changes["git_origin"] = _origin(_row(session, app.id).repository) if git_token else ""
    _seal(session, vault, app.id, replace(secrets_of(session, vault, app.id), **changes))


def new_webhook_secret(session: Session, vault: Vault, actor: Actor, app: App) -> str:
    """A new one, to be shown once; deliveries signed with the old one are refused from now on."""
    secret = secrets.token_urlsafe(32)
    set_secrets(session, vault, actor, app, webhook_secret=secret)
    return secret


def new_deploy_key(session: Session, vault: Vault, actor: Actor, app: App) -> str:
    """Make the app a new key pair; its public half, for the repository's settings. The old one is forgotten."""
    require(actor, Action.MANAGE_APP, app)
    key = make_deploy_key(app.name)
    _seal(session, vault, app.id, replace(secrets_of(session, vault, app.id), deploy_key_private=key.private))
    _row(session, app.id).deploy_key = key.public
    return key.public


def basic(git_token: str) -> str:
    """The token as HTTP's Basic authentication has it. A name before it, ``name:token``, is used; without one any will
    do at GitHub, GitLab and Gitea."""
    with_name = git_token if ":" in git_token else f"x-access-token:{git_token}"
    return b64encode(with_name.encode()).decode()


def forms(git_token: str) -> tuple[str, ...]:
    """All in which a server or git might say the token; none where there is none."""
    return (git_token, git_token.partition(":")[2], basic(git_token)) if git_token else ()


def make_deploy_key(name: str = "") -> DeployKey:
    """An ed25519 pair; ``name`` goes into the public half's comment, which tells it apart in a list of keys."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return DeployKey(f"{public} quayside{f'-{name}' if name else ''}", private)


def _origin(repository: str) -> str:
    parts = urlsplit(repository)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""


def _seal(session: Session, vault: Vault, app_id: int, kept: AppSecrets) -> None:
    _row(session, app_id).sealed_secrets = vault.seal(json.dumps(asdict(kept))) if kept != AppSecrets() else ""


def _row(session: Session, app_id: int) -> AppRow:
    row = session.get(AppRow, app_id)
    if row is None:
        raise NotFound("This app was deleted.")
    return row
