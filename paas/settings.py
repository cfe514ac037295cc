"""Every setting, its default and its meaning. Nothing else in the project reads the environment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from paas.errors import Invalid

KNOWN = (
    "PAAS_HOST",
    "PAAS_DATA_DIR",
    "PAAS_PUBLIC_URL",
    "PAAS_TRUSTED_PROXIES",
    "PAAS_APP_HOST",
    "PAAS_LOCAL_REPOSITORIES",
    "PAAS_DEPLOYMENTS_AT_ONCE",
    "PAAS_STAGE_SECONDS",
    "PAAS_BASE_IMAGES",
    "PAAS_HOST_PROC",
    "PAAS_ENGINE_DISK",
)

STAGE_SECONDS = {
    "cloning_repo": 600,
    "building_image": 3600,
    "releasing": 900,
    "starting_new": 300,
    "checking": 900,
    "stopping_old": 300,
}
"""How long each stage of a deployment may take."""

BASE_IMAGES = {
    "python": "python:{version}-slim",
    "node": "node:{version}-slim",
    "go": "golang:{version}",
    "go-run": "debian:stable-slim",
    "ruby": "ruby:{version}",
    "static": "busybox:stable",
}
"""What generated Dockerfiles begin with. ``{version}`` is what the repository asks for, else what recipes.py says."""

PROXIES_AND_CERTIFICATES = (
    *("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"),
    *("GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "SSL_CERT_FILE", "SSL_CERT_DIR"),
)


Network = IPv4Network | IPv6Network
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True)
class Settings:
    """What the operator decided, checked once at start."""

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("data")
    database_url: str = field(default="sqlite:///data/quayside.db", repr=False)  # may hold a password
    docker_host: str | None = None
    docker_tls_verify: bool = False
    docker_cert_path: Path | None = None
    public_url: str | None = None
    trusted_proxies: tuple[Network, ...] | None = None
    """None: as ``proxies`` says."""
    app_host: str = "127.0.0.1"
    local_repositories: Path | None = None
    deployments_at_once: int = 2
    stage_seconds: Mapping[str, int] = field(default_factory=lambda: dict(STAGE_SECONDS))
    base_images: Mapping[str, str] = field(default_factory=lambda: dict(BASE_IMAGES))
    git_environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Proxies, which may hold a password, and certificates, for the programs that fetch repositories."""
    host_proc: Path | None = None
    """The machine's ``/proc``, where our own is that of a container."""
    engine_disk: Path | None = None
    """A folder on the disk of the engine's data. None: its own folder, where it is on this machine."""

    @property
    def is_https(self) -> bool:
        """Whether people reach the dashboard over https, so that cookies must be ``Secure``."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def proxies(self) -> tuple[Network, ...]:
        """Whose word counts on where a request comes from. We speak http only, so under https a proxy stands before us,
        on this machine unless it is said where."""
        if self.trusted_proxies is not None:
            return self.trusted_proxies
        return LOOPBACK if self.is_https else ()

    @property
    def address(self) -> str:
        """The address to print for people, without a slash at its end."""
        host = "127.0.0.1" if self.host in ("", "0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check the settings; Invalid names the first one that is wrong and what it should look like."""
        _refuse_unknown(environ)
        data_dir = Path(environ.get("PAAS_DATA_DIR") or "data").expanduser().resolve()
        return cls(
            host=environ.get("PAAS_HOST") or "127.0.0.1",
            port=_port(environ.get("PORT") or "8000"),
            data_dir=data_dir,
            database_url=environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'quayside.db'}",
            docker_host=_docker_host(environ.get("DOCKER_HOST")),
            docker_tls_verify=bool(environ.get("DOCKER_TLS_VERIFY")),
            docker_cert_path=Path(environ["DOCKER_CERT_PATH"]) if environ.get("DOCKER_CERT_PATH") else None,
            public_url=(public_url := _public_url(environ.get("PAAS_PUBLIC_URL"))),
            trusted_proxies=_networks("PAAS_TRUSTED_PROXIES", environ.get("PAAS_TRUSTED_PROXIES")),
            app_host=_app_host(environ.get("PAAS_APP_HOST"), public_url),
            local_repositories=_folder("PAAS_LOCAL_REPOSITORIES", environ.get("PAAS_LOCAL_REPOSITORIES")),
            deployments_at_once=_count("PAAS_DEPLOYMENTS_AT_ONCE", environ.get("PAAS_DEPLOYMENTS_AT_ONCE") or "2", 100),
            stage_seconds=STAGE_SECONDS | _stage_seconds(environ.get("PAAS_STAGE_SECONDS") or ""),
            base_images=BASE_IMAGES | _base_images(environ.get("PAAS_BASE_IMAGES") or ""),
            git_environment={name: environ[name] for name in PROXIES_AND_CERTIFICATES if environ.get(name)},
            host_proc=_proc(environ.get("PAAS_HOST_PROC")),
            engine_disk=_folder("PAAS_ENGINE_DISK", environ.get("PAAS_ENGINE_DISK")),
        )


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    unknown = sorted(name for name in environ if name.startswith("PAAS_") and name not in KNOWN)
    if unknown:
        raise Invalid(f"Unknown setting {', '.join(unknown)}. Known ones are {', '.join(KNOWN)}; check the spelling.")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise Invalid(f"PORT must be a number from 0 to 65535, not {text!r}.")
    return int(text)


def _docker_host(text: str | None) -> str | None:
    if text and not text.startswith(("unix://", "tcp://", "http://", "https://")):
        raise Invalid(
            f"DOCKER_HOST must begin with unix:// or tcp://, not {text!r}. "
            "To reach an engine over ssh, forward its socket: ssh -L /tmp/docker.sock:/var/run/docker.sock HOST."
        )
    return text or None


def _public_url(text: str | None) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise Invalid(f"PAAS_PUBLIC_URL must look like https://paas.example.org, not {text!r}.")
    return text.rstrip("/")


def _app_host(text: str | None, public_url: str | None) -> str:
    """The host in the links to apps: as set, else where the dashboard itself is reached, else this machine."""
    if not text:
        host = urlsplit(public_url or "").hostname or "127.0.0.1"
        return f"[{host}]" if ":" in host else host
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]", text):
        raise Invalid(f"PAAS_APP_HOST must be a host name or an address, for instance apps.example.org, not {text!r}.")
    return text


def _networks(name: str, text: str | None) -> tuple[Network, ...] | None:
    if not text:
        return None
    try:
        return tuple(ip_network(word.strip()) for word in text.split(","))
    except ValueError as error:
        raise Invalid(f"{name} must name addresses or networks, for instance 10.0.0.7,10.1.0.0/16: {error}.") from error


def _folder(name: str, text: str | None) -> Path | None:
    if not text:
        return None
    folder = Path(text).expanduser()
    if not folder.is_absolute() or not folder.is_dir():
        raise Invalid(f"{name} must be the whole path of a folder that exists, not {text!r}.")
    return folder.resolve()


def _proc(text: str | None) -> Path | None:
    folder = _folder("PAAS_HOST_PROC", text)
    if folder is not None and not (folder / "stat").is_file():
        raise Invalid(f"PAAS_HOST_PROC must be where the machine's /proc is mounted, and {text!r} holds no stat.")
    return folder


def _count(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise Invalid(f"{name} must be a number from 1 to {most}, not {text!r}.")
    return int(text)


def _stage_seconds(text: str) -> dict[str, int]:
    pairs = _pairs("PAAS_STAGE_SECONDS", text, STAGE_SECONDS, "cloning_repo=600,building_image=3600")
    return {stage: _count(f"PAAS_STAGE_SECONDS, {stage},", seconds, 86_400) for stage, seconds in pairs.items()}


def _base_images(text: str) -> dict[str, str]:
    pairs = _pairs("PAAS_BASE_IMAGES", text, BASE_IMAGES, "python=python:{version}-slim,static=busybox:1.37")
    for image in pairs.values():
        if not re.fullmatch(r"[a-z0-9][A-Za-z0-9._:/@-]*", image.replace("{version}", "1")):
            raise Invalid(f"PAAS_BASE_IMAGES: {image!r} is not the name of an image.")
    return pairs


def _pairs(name: str, text: str, known: Mapping[str, object], example: str) -> dict[str, str]:
    """``a=1,b=2`` -> its pairs."""
    pairs = dict(pair.strip().partition("=")[::2] for pair in text.split(",") if pair.strip())
    unknown = next((key for key in pairs if key not in known), None)
    if unknown is not None:
        raise Invalid(f"{name} knows {', '.join(known)}; not {unknown!r}. It looks like {example}.")
    return pairs
