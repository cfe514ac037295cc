"""How git gets into a repository: the environment that opens this one to it, and what it opens to nobody else."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from paas.apps import credentials
from paas.apps.places import check_repository
from paas.errors import Forbidden, Invalid
from paas.settings import Settings

SSH_CONFIG = """\
Host *
    BatchMode yes
    IdentitiesOnly yes
    IdentityAgent none
    IdentityFile "{key}"
    UserKnownHostsFile "{known_hosts}"
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking accept-new
    UpdateHostKeys no
    PreferredAuthentications publickey
    ForwardAgent no
    ClearAllForwardings yes
    PermitLocalCommand no
    ControlPath none
    ConnectTimeout 20
    ServerAliveInterval 15
    ServerAliveCountMax 4
"""
"""Which host's key is right nobody can say at the first visit; from then on another key is refused."""


def check_address(address: str, settings: Settings) -> str:
    """The address as git may be given it. Invalid when it is none that can be cloned, Forbidden when it is a place on
    this machine that no setting opens."""
    address = check_repository(address)
    if not is_local(address):
        return address
    path = Path(address.removeprefix("file://")).resolve()
    allowed = settings.local_repositories
    if allowed is None or not path.is_relative_to(allowed):
        raise Forbidden(
            f"{address} is a repository on the dashboard's own machine. Only those below the folder that the setting "
            "PAAS_LOCAL_REPOSITORIES names may be used; else give an https:// or ssh address."
        )
    if not path.is_dir():
        raise Invalid(f"There is no repository {address}. Check the address.")
    return str(path)


def is_local(address: str) -> bool:
    return address.startswith(("/", "file://"))


def is_ssh(address: str) -> bool:
    return not is_local(address) and not address.startswith(("http://", "https://"))


def environment(address: str, *, token: str, deploy_key: str, home: Path, settings: Settings) -> Mapping[str, str]:
    """What git's environment must hold to fetch from ``address`` and from its submodules. Keys are written to
    ``home``."""
    protocols = ["http", "https", "ssh", *(["file"] if settings.local_repositories else [])]
    return {
        **settings.git_environment,
        "GIT_ALLOW_PROTOCOL": ":".join(protocols),
        "GIT_PROTOCOL_FROM_USER": "0",
        **_for_ssh(deploy_key, home, settings),
        **(_for_token(address, token) if token else {}),
    }


def _for_ssh(deploy_key: str, home: Path, settings: Settings) -> dict[str, str]:
    key, config = home / "deploy_key", home / "ssh_config"
    key.touch(mode=0o600)
    key.write_text(deploy_key)
    known_hosts = settings.data_dir / "known_hosts"
    config.write_text(SSH_CONFIG.format(key=_in_config(key), known_hosts=_in_config(known_hosts)))
    return {"GIT_SSH_COMMAND": f"ssh -F {shlex.quote(str(config))}", "GIT_SSH_VARIANT": "ssh"}


def _for_token(address: str, token: str) -> dict[str, str]:
    """The token for this server alone: nothing of it goes to wherever a redirect or a submodule leads."""
    if not address.startswith("https://"):
        raise Invalid("A Git token is sent to https:// addresses only. Change the address, or take the token away.")
    pairs = {
        f"http.https://{urlsplit(address).netloc}/.extraHeader": f"Authorization: Basic {credentials.basic(token)}",
        "http.followRedirects": "false",
    }
    settings = {"GIT_CONFIG_COUNT": str(len(pairs))}
    for number, (key, value) in enumerate(pairs.items()):
        settings |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return settings


def _in_config(path: Path) -> str:
    """As ssh reads it between quotes: it would expand what follows a %."""
    return str(path).replace("%", "%%")
