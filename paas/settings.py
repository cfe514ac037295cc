"""Every setting, its default and its meaning. Nothing else in the project reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from paas.errors import Invalid

KNOWN = ("PAAS_HOST", "PAAS_DATA_DIR", "PAAS_PUBLIC_URL")


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

    @property
    def is_https(self) -> bool:
        """Whether people reach the dashboard over https, so that cookies must be ``Secure``."""
        return self.public_url is not None and self.public_url.startswith("https://")

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
            public_url=_public_url(environ.get("PAAS_PUBLIC_URL")),
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
